import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import { clockAt, isSilent, newClock } from '../../domain/nags/clock.ts';
import type { Recipient } from '../../domain/nags/ladder.ts';
import type { DayCard, NagEscalation, NagView } from '../../domain/nags/nag.ts';
import type { Person } from '../../domain/people/person.ts';
import { type PlannedCard, type Subject, planRound } from '../../domain/nags/round.ts';
import { localDay, nextLocalDay } from '../../domain/nags/working-time.ts';
import { listBackports } from '../list.ts';
import { type Known, type NagDependencies, knownOf } from './known.ts';
import { type People, meet, meetAgain } from './meet.ts';
import { messageDigest } from './message-digest.ts';
import { ruleRates } from './rates.ts';
import { type Sight, sightOf } from './sight.ts';
import { type NagState, type NewState, readState, writeState } from './state.ts';
import { type ToldCard, mostInCard, readToldCards, renewedCards } from './told-cards.ts';

export interface NagMessage {
  readonly view: NagView;
  /** Of what there is to show. */
  readonly digest: string;
}

export interface NagPlan {
  /** Messages in channels that do not show what there is to show: new ones, and those to edit. */
  readonly messages: readonly NagMessage[];
  readonly cards: readonly DayCard[];
  /** Direct messages that people have, as they would read now. */
  readonly toldCards: readonly DayCard[];
  readonly escalations: readonly NagEscalation[];
}

/** What nobody could be told for so long is no news: it is listed. */
const staleAfter = 7 * 86_400_000;

/**
 * What people are to be told of backports now. It is planned again and again, by any number of processes, until it is
 * said to have been told (`told.ts`): whoever posts it must post what has one key once. What could not be posted is
 * planned anew: one message, however much was missed.
 */
export async function planNags(dependencies: NagDependencies, now: Date): Promise<NagPlan> {
  const { db } = dependencies;
  const noticed = await awaited(db);
  const ids = [...noticed.keys()];
  const told = await readToldCards(db, now);
  if (ids.length === 0 && told.length === 0) return { messages: [], cards: [], toldCards: [], escalations: [] };
  const all = [...new Set([...ids, ...told.flatMap((card) => [...card.ids])])];
  const { hidden: untold } = await dependencies.viewerOf(null);
  const backports = await listBackports(db, { ids: all, untold, limit: all.length });
  const everything = await knownOf(dependencies, backports, now);
  const known = everything.filter(({ backport }) => noticed.has(backport.id));
  const over = everything.filter(({ backport }) => !noticed.has(backport.id));
  const rates = await ruleRates(db, now);
  const demoted = new Set(rates.filter((rate) => rate.demoted).map(({ rule }) => rule));
  const sees = await sightOf(dependencies.viewerOf, concernedIn(everything, told));
  const world = { dependencies, known, over, told, noticed, demoted, sees, now };
  const met = await meet(dependencies, membersOf(known), now);
  const likely = planRound(
    subjectsOf({ ...world, people: met }, await readState(db, ids, now)),
    dependencies.rules,
    now,
  );
  const byId = new Map(known.map((each) => [each.backport.id, each]));
  const asked = [
    ...likely.cards.map(({ person }) => person.slackId),
    ...likely.escalations.flatMap(({ id, addressed }) => [addressed?.slackId, byId.get(id)?.actor.person?.slackId]),
  ].filter((id) => id !== null && id !== undefined);
  const people = await meetAgain(dependencies, met, [...new Set(asked)], now);
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('plan nags', 0))`.execute(trx);
    return settle(trx, { ...world, people }, await readState(trx, ids, now));
  });
}

/** Of what there is or may be something to say, when it was noticed. Never what was there before anybody looked. */
async function awaited(db: Kysely<Schema>): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await sql<{ id: string; recorded_at: Date }>`
    select id, recorded_at from backports left join nags on backport_id = id
    where not imported and (state not in ('live', 'lapsed') or not settled)
  `.execute(db);
  return new Map(rows.map(({ id, recorded_at: at }) => [id, at]));
}

interface World {
  readonly dependencies: NagDependencies;
  readonly known: readonly Known[];
  /** Of which somebody was told lately, and there is no more to say. */
  readonly over: readonly Known[];
  readonly told: readonly ToldCard[];
  readonly noticed: ReadonlyMap<string, Date>;
  readonly demoted: ReadonlySet<string>;
  readonly people: People;
  readonly sees: Sight;
  readonly now: Date;
}

interface Judged extends Subject {
  readonly known: Known;
  readonly listedOnly: boolean;
}

async function settle(trx: Transaction<Schema>, world: World, state: NagState): Promise<NagPlan> {
  const { dependencies, now } = world;
  const subjects = subjectsOf(world, state);
  const round = planRound(subjects, dependencies.rules, now);
  const { cards, escalations } = round;
  const next = round.next();
  const marks = Map.groupBy([...cards.flatMap((card) => [...card.marks]), ...escalations], ({ id }) => id);
  const views = new Map(
    subjects.map(({ id, known }) => {
      const told = [...(state.told.get(id) ?? []), ...(marks.get(id) ?? [])];
      return [id, viewOf(known, told, next.get(id) ?? null)];
    }),
  );
  const lately = new Map([...world.over.map((each) => [each.backport.id, viewOf(each, [], null)] as const), ...views]);
  const viewed = (id: string) => {
    const view = views.get(id);
    return view === undefined ? [] : [view];
  };
  const hasMessage = (id: string) => (state.rows.get(id)?.shown ?? null) !== null;
  await writeState(
    trx,
    state,
    subjects.map((subject): NewState => {
      const { id, listedOnly, climber } = subject;
      const settled = isSettled(subject) && (!hasMessage(id) || (state.rows.get(id)?.settled ?? false));
      return { id, listedOnly, clock: climber.clock, next: next.get(id) ?? null, settled };
    }),
  );
  await keepCards(trx, cards, now);
  const messages = subjects.filter(({ id, quiet }) => !quiet || hasMessage(id));
  return {
    messages: messages.flatMap(({ id }) =>
      viewed(id)
        .map((view) => ({ view, digest: messageDigest(view, now) }))
        .filter(({ digest }) => digest !== state.rows.get(id)?.shown),
    ),
    cards: cards.map(({ person, day, ids, asLead }) => ({
      person,
      day,
      views: ids.slice(0, mostInCard).flatMap(viewed),
      total: ids.length,
      asLead: new Set(asLead),
    })),
    toldCards: renewedCards(world.told, lately, world.sees),
    escalations: escalations.flatMap(({ id, addressed, why }) =>
      viewed(id).map((view) => ({ view, step: 'team' as const, person: addressed, why })),
    ),
  };
}

function subjectsOf(
  { dependencies, known, noticed, demoted, people, sees, now }: World,
  state: NagState,
): readonly Judged[] {
  const { rules } = dependencies;
  return known.map((each): Judged => {
    const { backport, severity, activity, released, useless } = each;
    const { id, rule, openedAt, service } = backport;
    const recipient = (person: Person | null) =>
      person === null || person.slackId === null || !sees(person.slackId, service)
        ? null
        : recipientOf({ ...person, slackId: person.slackId }, people, state, now);
    const row = state.rows.get(id);
    const since = noticed.get(id) ?? openedAt;
    const actor = recipient(each.actor.person);
    const silent = isSilent(backport, { released, now });
    const timezone = actor?.timezone ?? rules.timezone;
    const listedOnly = row?.listedOnly ?? now.getTime() - since.getTime() > staleAfter;
    const wrongOwner = useless === 'wrong-owner';
    const unwanted = listedOnly || demoted.has(rule) || (useless !== null && !wrongOwner);
    return {
      id,
      openedAt,
      known: each,
      listedOnly,
      // Nobody is told while it is to be seen at any moment whether it is home.
      quiet: silent || unwanted || each.actor.task === 'await-git',
      wakesAt: unwanted ? null : (backport.snoozed?.until ?? null),
      climber: {
        clock: clockAt(row?.clock ?? newClock(since), silent, now, { ...rules.hours, timezone }),
        severity,
        told: state.told.get(id) ?? [],
        activity,
        actor,
        wrongOwner,
        team: recipient(each.team) ?? each.team,
        lead: recipient(each.lead),
      },
    };
  });
}

function recipientOf(
  { slackId, name }: Recipient['person'],
  people: People,
  { cards }: NagState,
  now: Date,
): Recipient | null {
  const met = people.get(slackId);
  if (met === undefined) return null;
  const { timezone, dndUntil, active, reminders = true } = met;
  const had = cards.has(`${slackId} ${localDay(now, timezone)}`);
  const freeFrom = had ? nextLocalDay(now, timezone) : null;
  return { person: { slackId, name }, timezone, dndUntil, active, reminders, freeFrom };
}

/** Whoever may be told of one of these, or was. */
function concernedIn(known: readonly Known[], told: readonly ToldCard[]) {
  const serviceOf = new Map(known.map(({ backport }) => [backport.id, backport.service]));
  return [
    ...known.flatMap((each) => membersOf([each]).map((slackId) => ({ slackId, service: each.backport.service }))),
    ...told.flatMap(({ slackId, ids }) => ids.map((id) => ({ slackId, service: serviceOf.get(id) ?? null }))),
  ];
}

function membersOf(known: readonly Known[]): readonly string[] {
  const people = known.flatMap(({ actor, team, lead }) => [actor.person, team, lead]);
  return [...new Set(people.map((person) => person?.slackId ?? null).filter((id) => id !== null))];
}

export function viewOf(
  known: Known,
  told: readonly { readonly step: NagView['told'][number] }[],
  next: NagView['next'],
): NagView {
  const { backport, pull, pick, byHand, owner, actor, incident, evidence, severity, severityReason } = known;
  return {
    backport,
    pull,
    pick,
    byHand,
    owner,
    actor,
    incident,
    evidence,
    next,
    severity,
    severityReason,
    told: [...new Set(told.map(({ step }) => step))],
  };
}

function isSettled({ known: { backport } }: Judged): boolean {
  return backport.state === 'live' || backport.state === 'lapsed';
}

/** In place of those that nobody got. */
async function keepCards(trx: Transaction<Schema>, cards: readonly PlannedCard[], now: Date): Promise<void> {
  await trx.deleteFrom('nag_cards').where('told_at', 'is', null).execute();
  for (const { person, day, ids, asLead, marks } of cards) {
    await trx
      .insertInto('nag_cards')
      .values({
        person: person.slackId,
        day,
        backport_ids: [...ids],
        as_lead: [...asLead],
        marks: JSON.stringify(marks),
        planned_at: now,
        told_at: null,
      })
      // Somebody got theirs just now.
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

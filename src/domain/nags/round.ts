import type { Person } from '../people/person.ts';
import { type Climber, type NagRules, type Recipient, type Rung, type ToldStep, rungsOf } from './ladder.ts';
import type { EscalationWhy, NextNag } from './nag.ts';
import { localDay, nextLocalDay, nextWorkingMoment } from './working-time.ts';

export interface Subject {
  readonly id: string;
  readonly openedAt: Date;
  readonly climber: Climber;
  /** Nobody is told of it: it is silent, or only listed. */
  readonly quiet: boolean;
  /** When it will speak again after it was to wait; null: that is not known. */
  readonly wakesAt: Date | null;
}

/** One step of one backport that is taken. */
export interface Mark extends Pick<ToldStep, 'step' | 'occasion' | 'person'> {
  readonly id: string;
}

export interface PlannedCard {
  readonly person: Recipient['person'];
  readonly day: string;
  /** All that wait for them: high severity first, then the oldest. */
  readonly ids: readonly string[];
  readonly asLead: readonly string[];
  readonly marks: readonly Mark[];
}

export interface PlannedEscalation extends Mark {
  readonly addressed: Person | null;
  readonly why: EscalationWhy;
}

export interface Round {
  readonly cards: readonly PlannedCard[];
  readonly escalations: readonly PlannedEscalation[];
  /** By id, what comes after this; null: nothing more. */
  readonly next: () => ReadonlyMap<string, NextNag | null>;
}

/**
 * What is to be told now. Of each backport at most one step: who missed several hears of the first. A person to whom one
 * message goes gets all in it that waits for them, which then was told.
 */
export function planRound(subjects: readonly Subject[], rules: NagRules, now: Date): Round {
  const loud = subjects.filter(({ quiet }) => !quiet);
  const climbs = loud.map((subject) => ({ subject, rungs: rungsOf(subject.climber, rules, now) }));
  const due = climbs.flatMap(({ subject, rungs }) => {
    const rung = rungs.find(({ at }) => at <= now);
    return rung === undefined ? [] : [{ subject, rung }];
  });
  const cards = cardsOf(climbs, due, now);
  const escalations = due
    .filter(({ rung }) => rung.step === 'team')
    .map(({ subject, rung }) => ({ ...markOf(subject, rung), addressed: rung.person, why: rung.why }));
  const marks = Map.groupBy([...cards.flatMap((card) => [...card.marks]), ...escalations], ({ id }) => id);
  const busy = new Set(cards.map(({ person }) => person.slackId));
  const planned = new Map(climbs.map(({ subject, rungs }) => [subject.id, rungs]));
  const nextOf = (subject: Subject): NextNag | null => {
    const { id, climber } = subject;
    const rungs = planned.get(id);
    if (rungs === undefined) return wakeOf(subject, rules, now);
    const taken = marks.get(id) ?? [];
    const isBusy = [climber.actor, climber.lead].some((each) => each !== null && busy.has(each.person.slackId));
    return soonest(taken.length > 0 || isBusy ? rungsOf(after(climber, taken, busy, now), rules, now) : rungs);
  };
  return { cards, escalations, next: () => new Map(subjects.map((subject) => [subject.id, nextOf(subject)])) };
}

interface Climb {
  readonly subject: Subject;
  readonly rungs: readonly Rung[];
}

function cardsOf(
  climbs: readonly Climb[],
  due: readonly { readonly subject: Subject; readonly rung: Rung }[],
  now: Date,
): readonly PlannedCard[] {
  const told = new Map<string, Recipient>();
  for (const { subject, rung } of due) {
    const recipient = rung.step === 'lead' ? subject.climber.lead : subject.climber.actor;
    if (rung.step !== 'team' && recipient !== null) told.set(recipient.person.slackId, recipient);
  }
  if (told.size === 0) return [];
  const acting = Map.groupBy(
    climbs.filter(({ subject: { climber } }) => !climber.wrongOwner),
    ({ subject }) => subject.climber.actor?.person.slackId,
  );
  const leading = Map.groupBy(
    due.filter(({ rung }) => rung.step === 'lead'),
    ({ subject }) => subject.climber.lead?.person.slackId,
  );
  return [...told].map(([slackId, recipient]) => {
    const own = acting.get(slackId) ?? [];
    const led = leading.get(slackId) ?? [];
    const subjects = [...own, ...led].map(({ subject }) => subject).toSorted(worstFirst);
    return {
      person: recipient.person,
      day: localDay(now, recipient.timezone),
      ids: subjects.map(({ id }) => id),
      asLead: led.map(({ subject }) => subject.id),
      marks: [
        ...own.flatMap(({ subject, rungs }) =>
          rungs.filter(({ step }) => step === 'owner').map((rung) => markOf(subject, rung)),
        ),
        ...led.map(({ subject, rung }) => markOf(subject, rung)),
      ],
    };
  });
}

function markOf({ id }: Subject, { step, occasion, person }: Rung): Mark {
  return { id, step, occasion, person: person?.slackId ?? null };
}

function worstFirst(a: Subject, b: Subject): number {
  const high = Number(b.climber.severity === 'high') - Number(a.climber.severity === 'high');
  if (high !== 0) return high;
  return a.openedAt.getTime() - b.openedAt.getTime() || Number(BigInt(a.id) - BigInt(b.id));
}

function after(climber: Climber, marks: readonly Mark[], busy: ReadonlySet<string>, now: Date): Climber {
  const rest = (recipient: Recipient | null) =>
    recipient === null || !busy.has(recipient.person.slackId)
      ? recipient
      : { ...recipient, freeFrom: nextLocalDay(now, recipient.timezone) };
  return {
    ...climber,
    told: [...climber.told, ...marks.map(({ step, occasion, person }) => ({ step, occasion, person, at: now }))],
    actor: rest(climber.actor),
    lead: rest(climber.lead),
  };
}

function wakeOf({ climber: { actor }, wakesAt }: Subject, { hours, timezone }: NagRules, now: Date): NextNag | null {
  if (wakesAt === null || wakesAt <= now) return null;
  const at = nextWorkingMoment(wakesAt, { ...hours, timezone: actor?.timezone ?? timezone });
  return { at, step: 'owner', person: actor?.person ?? null };
}

function soonest([first, ...others]: readonly Rung[]): NextNag | null {
  if (first === undefined) return null;
  const { at, step, person } = others.reduce((before, each) => (each.at < before.at ? each : before), first);
  return { at, step, person };
}

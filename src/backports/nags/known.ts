import { type Kysely, sql } from 'kysely';
import type { UselessCause } from '../../domain/backports/decision.ts';
import type { BackportPick, BackportPull } from '../../domain/backports/pull.ts';
import { type PullOpening, byHandOf } from '../../domain/by-hand.ts';
import { type Backport, weakest } from '../../domain/backports/backport.ts';
import type { Schema } from '../../database/schema.ts';
import { incidentReference } from '../../domain/incidents/incident.ts';
import { actorOf } from '../../domain/nags/actor.ts';
import type { NagRules } from '../../domain/nags/ladder.ts';
import type { Availability, NagView } from '../../domain/nags/nag.ts';
import { type Directory, personOf } from '../../domain/people/directory.ts';
import { deployerOf, leadOf, ownerOf, secondsOf, teamOf } from '../../domain/people/owners.ts';
import type { Person } from '../../domain/people/person.ts';
import type { Viewer } from '../../domain/viewer.ts';
import { severitiesOf } from '../severity.ts';

export type DirectoryOf = (concerned: {
  readonly identities: readonly string[];
  readonly services: readonly string[];
}) => Promise<Directory>;

type Of<What> = (db: Kysely<Schema>, ids: readonly string[]) => Promise<ReadonlyMap<string, What>>;

export interface NagDependencies {
  readonly db: Kysely<Schema>;
  /** Whoever is named so, or looks after these services. Rejects while it is not known who may be told. */
  readonly directoryOf: DirectoryOf;
  readonly rules: NagRules;
  readonly pullsOf: Of<BackportPull>;
  readonly picksOf: Of<BackportPick>;
  readonly opening: PullOpening;
  /** Rejects while Slack cannot be asked: nobody is told anything then. */
  readonly availability: (slackId: string) => Promise<Availability>;
  /** What one person sees alone; null: what anybody may see. */
  readonly viewerOf: (slackId: string | null) => Promise<Viewer>;
}

/** What there is to say of a backport, but for what was told and what comes next. */
export interface Known extends Omit<NagView, 'next' | 'told'> {
  readonly team: Person | null;
  readonly lead: Person | null;
  /** When somebody last did something about it. */
  readonly activity: Date | null;
  /** Its snooze was to end with the reference's next deploy, and that was. */
  readonly released: boolean;
  /** Why somebody did not want to hear of it, unless it was handed over or woken since. */
  readonly useless: UselessCause | null;
}

/** In a few queries for all of them, in the same order. */
export async function knownOf(
  { db, directoryOf, pullsOf, picksOf, opening }: Omit<NagDependencies, 'availability' | 'viewerOf'>,
  backports: readonly Backport[],
  now: Date,
): Promise<readonly Known[]> {
  const ids = backports.map(({ id }) => id);
  if (ids.length === 0) return [];
  const pulls = await pullsOf(db, ids);
  const picks = await picksOf(db, ids);
  const severities = await severitiesOf(db, backports);
  const titles = await incidentTitles(db, backports);
  const said = await saidOf(db, ids);
  const released = await releasedSince(db, backports, said, now);
  const directory = await directoryOf(concernedIn(backports, pulls));
  return backports.map((backport): Known => {
    const { id, service, incidentId, landedAt } = backport;
    const pull = pulls.get(id) ?? null;
    const pick = picks.get(id) ?? null;
    const owner = ownerOf(directory, backport);
    const author = personOf(directory, pull?.author ?? '');
    const around = {
      owner,
      author: author === null || author.slackId === null ? owner : author,
      reviewers: peopleIn(directory, pull?.reviewers),
      approvers: peopleIn(directory, pull?.approvers),
      mergers: peopleIn(directory, pull?.mergers),
      deployer: deployerOf(directory, service),
      seconds: secondsOf(directory, service, owner),
    };
    const title = incidentId === null ? undefined : titles.get(incidentId);
    const judged = severities.get(id);
    // That it could not be made is nobody's work.
    const worked = pull === null || pull.state === 'failed' ? null : pull.updatedAt;
    return {
      backport,
      pull,
      pick,
      byHand: byHandOf(backport, { pull, pick }, opening),
      owner,
      actor: actorOf({ backport, pull, pick, now }, around),
      incident:
        incidentId === null || title === undefined ? null : { reference: incidentReference({ id: incidentId }), title },
      evidence: weakest(backport.commits),
      severity: judged?.severity ?? 'normal',
      severityReason: judged?.reason ?? null,
      team: teamOf(directory, service),
      lead: leadOf(directory, service),
      activity: latest([worked, landedAt, said.get(id)?.active_at ?? null]),
      released: released.has(id),
      useless: said.get(id)?.cause ?? null,
    };
  });
}

function peopleIn(directory: Directory, logins: readonly string[] = []): readonly Person[] {
  return logins.flatMap((each) => personOf(directory, each) ?? []);
}

function concernedIn(backports: readonly Backport[], pulls: ReadonlyMap<string, BackportPull>) {
  const named = backports.flatMap(({ id, owner }) => {
    const { author = null, reviewers = [], approvers = [] } = pulls.get(id) ?? {};
    return [owner, author, ...reviewers, ...approvers].filter((each) => each !== null);
  });
  return { identities: named, services: backports.flatMap(({ service }) => service ?? []) };
}

interface SaidRow {
  readonly backport_id: string;
  readonly active_at: Date | null;
  readonly snoozed_at: Date | null;
  readonly cause: UselessCause | null;
}

async function saidOf(db: Kysely<Schema>, ids: readonly string[]): Promise<ReadonlyMap<string, SaidRow>> {
  const { rows } = await sql<SaidRow>`
    select backport_id,
      max(at) filter (where kind in ('proposed', 'confirmed', 'denied', 'handed-over')) as active_at,
      max(at) filter (where kind = 'snoozed') as snoozed_at,
      (array_agg(cause order by id desc) filter (where kind in ('useless', 'handed-over', 'woken')))[1] as cause
    from backport_decisions where backport_id = any(${ids}::bigint[]) group by backport_id
  `.execute(db);
  return new Map(rows.map((row) => [row.backport_id, row]));
}

/** Those whose snooze lasted until the reference's next deploy, which was. */
async function releasedSince(
  db: Kysely<Schema>,
  backports: readonly Backport[],
  said: ReadonlyMap<string, SaidRow>,
  now: Date,
): Promise<ReadonlySet<string>> {
  const waiting = backports.flatMap(({ id, snoozed, reference, service }) => {
    const since = said.get(id)?.snoozed_at ?? null;
    return snoozed === null || snoozed.until !== null || since === null ? [] : [{ id, reference, service, since }];
  });
  if (waiting.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select id from json_to_recordset(${JSON.stringify(waiting)}::json)
      as waiting (id text, reference text, service text, since timestamptz)
    where exists (
      select from changes
      where changes.environment = waiting.reference and changes.service is not distinct from waiting.service
        and kind = 'deploy' and at > waiting.since and at <= ${now} and (status is null or status = 'succeeded')
    )
  `.execute(db);
  return new Set(rows.map(({ id }) => id));
}

async function incidentTitles(
  db: Kysely<Schema>,
  backports: readonly Backport[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(backports.map(({ incidentId }) => incidentId).filter((id) => id !== null))];
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('incidents')
    .select(['id', 'title'])
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .where('private', '=', false)
    .execute();
  return new Map(rows.map(({ id, title }) => [id, title]));
}

function latest(moments: readonly (Date | null)[]): Date | null {
  return moments.reduce((last, each) => (each !== null && (last === null || each > last) ? each : last), null);
}

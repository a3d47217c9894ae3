import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { incidentIdOf, incidentReference } from '../domain/incidents/incident.ts';
import type { When } from '../domain/question.ts';
import { notOf } from './search.ts';

/** Where in time something of the timeline stands. `notes` says what was chosen among several. */
export type Anchored =
  | { readonly outcome: 'found'; readonly at: Date; readonly words: string; readonly notes: readonly string[] }
  | { readonly outcome: 'not-found'; readonly problem: string };

export type Anchor = Exclude<When, { type: 'instant' } | { type: 'span' }>;

export interface Place {
  readonly environment: string;
  readonly services: readonly string[];
  /** The Slack channel in which it is asked: what is private is known in its own. */
  readonly channel: string | null;
  /** Nothing of these services is named. */
  readonly hidden: readonly string[];
}

/** Answers with the moment from which "since …" counts, so that the change that is named is itself in the window. */
export function anchor(db: Kysely<Schema>, when: Anchor, place: Place): Promise<Anchored> {
  switch (when.type) {
    case 'last-deploy':
      return lastDeploy(db, when.good, { ...place, services: when.service === null ? place.services : [when.service] });
    case 'version':
      return version(db, when.version, place);
    case 'commit':
      return commit(db, when.sha, place);
    case 'pull-request':
      return pullRequest(db, when.number, when.repository, place);
    case 'state':
      return state(db, when.environment, when.back, place);
    case 'incident':
      return incident(db, when.name, place);
  }
}

function notFound(problem: string): Anchored {
  return { outcome: 'not-found', problem };
}

function deploysIn(db: Kysely<Schema>, place: Place) {
  return db
    .selectFrom('changes')
    .where('changes.kind', 'in', ['deploy', 'rollback'])
    .where('changes.environment', '=', place.environment)
    .where(notOf(place.hidden, 'changes.services'))
    .where('changes.at', 'is not', null)
    .$if(place.services.length > 0, (query) => query.where('changes.service', 'in', [...place.services]));
}

const good = sql<boolean>`(changes.status is null or changes.status = 'succeeded')`;

async function lastDeploy(db: Kysely<Schema>, onlyGood: boolean, place: Place): Promise<Anchored> {
  const found = await deploysIn(db, place)
    .select(['changes.occurred_at', 'changes.title', 'changes.service'])
    .$if(onlyGood, (query) => query.where(good))
    .orderBy('changes.at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const what = `${onlyGood ? 'good ' : ''}deploy`;
  const of = place.services.length === 0 ? '' : ` of ${place.services.join(', ')}`;
  if (found === undefined) return notFound(`I have seen no ${what}${of} to ${place.environment}.`);
  return {
    outcome: 'found',
    at: found.occurred_at,
    words: `the last ${what}${of}`,
    notes: [`It was: ${found.title}.`],
  };
}

async function version(db: Kysely<Schema>, wanted: string, place: Place): Promise<Anchored> {
  const value = versionKey(wanted);
  const deploy = await deploysIn(db, place)
    .innerJoin('mentions', 'mentions.change_id', 'changes.id')
    .where('mentions.type', '=', 'version')
    .where('mentions.value', '=', value)
    .select(['changes.occurred_at', 'changes.title'])
    .orderBy('changes.at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (deploy !== undefined) return found(deploy, `${wanted} reached ${place.environment}`);
  const tag = await db
    .selectFrom('mentions')
    .innerJoin('changes', 'changes.id', 'mentions.change_id')
    .where('mentions.type', '=', 'version')
    .where('mentions.value', '=', value)
    .where('changes.at', 'is not', null)
    .where(notOf(place.hidden, 'changes.services'))
    .select(['changes.occurred_at', 'changes.title'])
    .orderBy('changes.at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (tag === undefined) return notFound(`I have seen no version ${wanted}.`);
  const notes = [`${wanted} was not seen in ${place.environment}; counted from: ${tag.title}.`];
  return { outcome: 'found', at: tag.occurred_at, words: wanted, notes };
}

/** One form for `v1.42.0`, `1.42.0` and `V1.42.0`. */
export function versionKey(version: string): string {
  return version.toLowerCase().replace(/^v(?=\d)/, '');
}

async function commit(db: Kysely<Schema>, sha: string, place: Place): Promise<Anchored> {
  const prefix = sha.toLowerCase();
  const ids = await sql<{ id: string }>`
    select change_id as id from repositories join mentions on type = 'commit'
      and value >= repositories.name || '@' || ${prefix} and value < repositories.name || '@' || ${prefix} || 'g'
    union
    select change_id from repositories join identities on type = 'commit'
      and value >= repositories.name || '@' || ${prefix} and value < repositories.name || '@' || ${prefix} || 'g'
    limit 1000
  `.execute(db);
  return arrival(
    db,
    ids.rows.map((row) => row.id),
    `commit ${prefix.slice(0, 7)}`,
    place,
  );
}

/** Its merge, the deploys known to carry it, and those of the very commit that merged it. */
async function pullRequest(
  db: Kysely<Schema>,
  number: number,
  repository: string | null,
  place: Place,
): Promise<Anchored> {
  const ids = await sql<{ id: string }>`
    with wanted as (
      select name || '#' || ${String(number)} as value from repositories
      where ${repository === null} or name = ${(repository ?? '').toLowerCase()}
    ), merged as (
      select change_id as id from wanted join identities using (value) where type = 'pull-request'
    )
    select id from merged
    union
    select change_id from wanted join mentions using (value) where type = 'pull-request'
    union
    select mentions.change_id from merged join changes using (id)
      join mentions on mentions.type = 'commit' and mentions.value = (changes.repository || '@' || changes.commit) collate "C"
    limit 1000
  `.execute(db);
  return arrival(
    db,
    ids.rows.map((row) => row.id),
    `pull request #${number}`,
    place,
  );
}

/** When something merged first reached the environment; before that, when it was merged. */
async function arrival(db: Kysely<Schema>, ids: readonly string[], what: string, place: Place): Promise<Anchored> {
  if (ids.length === 0) return notFound(`I have not seen ${what}.`);
  const deploy = await deploysIn(db, { ...place, services: [] })
    .where('changes.id', 'in', [...ids])
    .where(good)
    .select(['changes.occurred_at', 'changes.title'])
    .orderBy('changes.at')
    .limit(1)
    .executeTakeFirst();
  if (deploy !== undefined) return found(deploy, `${what} reached ${place.environment}`);
  const merge = await db
    .selectFrom('changes')
    .where('id', 'in', [...ids])
    .where('at', 'is not', null)
    .where(notOf(place.hidden, 'changes.services'))
    .select(['occurred_at', 'title'])
    .orderBy('at')
    .limit(1)
    .executeTakeFirst();
  if (merge === undefined) return notFound(`I have not seen ${what} merged or deployed.`);
  const notes = [`It has not reached ${place.environment}; counted from its merge: ${merge.title}.`];
  return { outcome: 'found', at: merge.occurred_at, words: what, notes };
}

/** `back` changes ago: just after the change that made that state, so that exactly the changes since then are in it. */
async function state(
  db: Kysely<Schema>,
  environment: string,
  back: number,
  { services, hidden }: Place,
): Promise<Anchored> {
  const made = await db
    .selectFrom('changes')
    .where('environment', '=', environment)
    .where('at', 'is not', null)
    .where(notOf(hidden, 'changes.services'))
    .where(good)
    .$if(services.length > 0, (query) => query.where(sql<boolean>`services && ${[...services]}::text[]`))
    .select(['at', 'title'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .offset(back)
    .limit(1)
    .executeTakeFirst();
  if (made?.at === undefined || made.at === null) {
    return notFound(`I have not seen ${back + 1} states of ${environment}.`);
  }
  const at = new Date(made.at.getTime() + 1);
  return { outcome: 'found', at, words: `${environment}~${back}`, notes: [`That state came with: ${made.title}.`] };
}

/** When it began, by its reference or the name of its channel. */
async function incident(db: Kysely<Schema>, name: string, { channel, hidden }: Place): Promise<Anchored> {
  const id = incidentIdOf(name);
  const row = await db
    .selectFrom('incidents as asked')
    .innerJoin('incidents as incident', (join) =>
      join.on((eb) => eb('incident.id', '=', eb.fn.coalesce('asked.merged_into', 'asked.id'))),
    )
    .select(['incident.id', 'incident.started_at', 'incident.title'])
    .where((eb) => (id === null ? eb('asked.channel_name', '=', name.toLowerCase()) : eb('asked.id', '=', id)))
    .where((eb) => eb.or([eb('incident.private', '=', false), eb('incident.channel_id', '=', channel)]))
    .where(notOf(hidden, 'incident.services'))
    .orderBy('incident.started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return notFound(`I know no incident ${name}.`);
  const words = `${incidentReference(row)} began`;
  return { outcome: 'found', at: row.started_at, words, notes: [`It is: ${row.title}.`] };
}

function found(row: { readonly occurred_at: Date; readonly title: string }, words: string): Anchored {
  return { outcome: 'found', at: row.occurred_at, words, notes: [`Counted from: ${row.title}.`] };
}

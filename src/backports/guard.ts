import { type Kysely, sql } from 'kysely';
import { inTurn } from '../database/in-turn.ts';
import type { Schema } from '../database/schema.ts';
import type { Change } from '../domain/change.ts';
import { outsideText } from '../domain/outside-text.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { wasThere } from '../timeline/was-there.ts';
import { repositoryOf, versionOf } from './gate-version.ts';
import { noteLost, settleBack } from './guard-back.ts';
import { type LostFix, fixesOf, lostFixes } from './lost-fixes.ts';
import { type BackportDependencies, runningIn } from './place.ts';

export interface Guarded {
  /** Deploys of which people may be to be told something else than before. */
  readonly deploys: readonly string[];
  /** When to look again; null: all that can be known is known. */
  readonly again: Date | null;
}

/** What took effect longer ago is history: people have seen what came of it. */
const recent = 86_400_000;
/** Somebody waits to be told, and others wait behind: what takes longer is read by another job and looked at again. */
const patience = 10_000;
const soonest = 5000;

/**
 * Looks whether a deploy to an environment that has mirrors takes back a fix that runs there, as soon as it begins, and
 * whether it brings back what another took. May run any number of times, in any order, in several processes. What cannot
 * be read is kept as unknown and looked at again; nothing is told of it.
 */
export async function guardDeploy(dependencies: BackportDependencies, changeId: string): Promise<Guarded> {
  const { db, now, git } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const row = await db
    .selectFrom('changes')
    .select([...changeColumns, 'joined_to'])
    .where('id', '=', changeId)
    .executeTakeFirst();
  if (row === undefined) return { deploys: [], again: null };
  // Another change tells the same deploy: what was told of this one follows that one.
  if (row.at === null) return { deploys: row.joined_to === null ? [] : [changeId], again: null };
  const change = changeOfRow(row, catalog);
  const place = await placeOf({ ...dependencies, catalog }, change);
  if (place === null) return { deploys: [], again: null };
  const deploy = { ...change, at: row.at };
  const isNews = isGoing(change) && now().getTime() - row.at.getTime() < recent;
  const context = { ...dependencies, catalog, git: git === null ? null : { ...git, signal: patient(git.signal) } };
  const { environment, service, repository } = place;
  // Several systems may tell one deploy at once: which of them did so first is known one after the other.
  const [again, back] = await inTurn(db, `guard ${JSON.stringify([environment, service, repository])}`, async () => [
    isNews ? await look(context, deploy, place) : null,
    await settleBack(context, place),
  ]);
  await noteLost(context, place);
  const joined = await joinedTo(db, changeId);
  return { deploys: [...new Set([changeId, ...joined, ...back])], again };
}

export interface GuardedPlace {
  readonly repository: string;
  readonly environment: string;
  readonly service: string | null;
  readonly services: readonly string[];
}

type Deploy = Change & { readonly at: Date };

async function placeOf(
  dependencies: Pick<BackportDependencies, 'db' | 'catalog' | 'mirrors'>,
  { kind, environment, service, services, repository }: Change,
): Promise<GuardedPlace | null> {
  if ((kind !== 'deploy' && kind !== 'rollback') || environment === null) return null;
  if ((dependencies.mirrors.get(environment) ?? []).length === 0) return null;
  const named = repository ?? (service === null ? null : await repositoryOf(dependencies, service));
  return named === null ? null : { repository: named, environment, service, services };
}

function patient(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(patience);
  return signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
}

/** It takes effect, or has. */
function isGoing({ status }: Pick<Change, 'status'>): boolean {
  return status !== 'failed' && status !== 'cancelled';
}

/** When to look again. */
async function look(context: BackportDependencies, deploy: Deploy, place: GuardedPlace): Promise<Date | null> {
  const { db, git, now } = context;
  const fixes = await fixesOf(db, place);
  const version = deploy.commit ?? deploy.to;
  // Nothing is there that it could take back, or nothing says what it is.
  if (fixes.length === 0 || version === null) return null;
  const { repository, service, environment } = place;
  const asked = { service, version, repository };
  const before = await runningIn(db, place, environment, deploy);
  // Nobody knows that any of them runs.
  if (before === null) return null;
  const known = await versionOf(context, asked);
  const rollback =
    deploy.kind === 'rollback' || (await wasThere(db, { service, environment, version }, known.commit, deploy));
  const unknown = async (why: string) => {
    const seen = { commit: known.commit, rollback, at: now() };
    const first = await keepLook(db, deploy.id, { outcome: 'unknown', why, ...seen });
    return git === null ? null : againAt(first, now());
  };
  if (known.outcome === 'unknown' || git === null) {
    return unknown(known.outcome === 'unknown' ? known.why : 'no repository can be read');
  }
  const { gitDir, commit } = known;
  const versions = { origin: git, gitDir, repository, running: before.commit, next: commit };
  const found = await lostFixes(db, versions, fixes);
  if (found.outcome === 'unknown') return unknown(found.why);
  await keepFound(db, deploy, { lost: await untold(db, deploy, commit, found.lost), commit, rollback, at: now() });
  return null;
}

/** The longer it has not been known, the later. */
function againAt(first: Date, now: Date): Date | null {
  const waited = now.getTime() - first.getTime();
  return waited > recent ? null : new Date(now.getTime() + Math.max(soonest, waited / 2));
}

interface Look {
  readonly outcome: 'passes' | 'reverts' | 'unknown';
  readonly why: string | null;
  readonly commit: string | null;
  readonly rollback: boolean;
  readonly at: Date;
}

/** When it was looked at first. What was found once stays. */
async function keepLook(db: Kysely<Schema>, id: string, { outcome, why, ...seen }: Look): Promise<Date> {
  const { commit, rollback, at } = seen;
  const row = await db
    .insertInto('guards')
    .values({
      change_id: id,
      outcome,
      why: why === null ? null : (outsideText(why, 500) ?? 'it could not be read'),
      commit,
      rollback,
      first_looked_at: at,
      looked_at: at,
    })
    .onConflict((conflict) =>
      conflict.column('change_id').doUpdateSet((eb) => ({
        outcome: sql`case when guards.outcome = 'reverts' then guards.outcome else excluded.outcome end`,
        why: sql`case when guards.outcome = 'reverts' then null else excluded.why end`,
        commit: sql`coalesce(excluded.commit, guards.commit)`,
        rollback: eb.ref('excluded.rollback'),
        looked_at: eb.ref('excluded.looked_at'),
      })),
    )
    .returning('first_looked_at')
    .executeTakeFirstOrThrow();
  return row.first_looked_at;
}

interface Found extends Omit<Look, 'outcome' | 'why'> {
  readonly lost: readonly LostFix[];
}

async function keepFound(db: Kysely<Schema>, { id }: Deploy, { lost, ...seen }: Found): Promise<void> {
  const { at } = seen;
  await db.transaction().execute(async (trx) => {
    await keepLook(trx, id, { ...outcomeOf(lost), ...seen });
    if (lost.length === 0) return;
    await trx
      .insertInto('guarded_fixes')
      .values(
        lost.map(({ fix, liveSince, takenBy, certainty }) => ({
          change_id: id,
          backport_id: fix.id,
          live_since: liveSince,
          found_at: at,
          taken_by: takenBy,
          back_id: null,
          unsure: certainty === 'unsure',
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}

function outcomeOf(lost: readonly LostFix[]): Pick<Look, 'outcome' | 'why'> {
  if (lost.length === 0) return { outcome: 'passes', why: null };
  if (lost.some(({ certainty }) => certainty === 'sure')) return { outcome: 'reverts', why: null };
  return { outcome: 'unknown', why: 'nobody can tell by its content whether the version has the fix' };
}

/** How long after another report of a deploy began one may still be of the same. */
const sameFor = 3_600_000;

/** Without those of which another report of the same version told already: several systems tell one deploy. */
async function untold(
  db: Kysely<Schema>,
  { id, environment, service, occurredAt, at }: Deploy,
  commit: string,
  lost: readonly LostFix[],
): Promise<readonly LostFix[]> {
  if (lost.length === 0) return [];
  const { rows } = await sql<{ backport_id: string }>`
    select backport_id from guarded_fixes join guards using (change_id) join changes on changes.id = change_id
    where backport_id = any(${lost.map(({ fix }) => fix.id)}::bigint[]) and change_id <> ${id}::bigint
      and changes.environment = ${environment} and changes.service is not distinct from ${service}
      and changes.at is not null and guards.commit = ${commit} and back_id is null
      and (status is null or status in ('started', 'succeeded'))
      and changes.occurred_at between ${occurredAt}::timestamptz - ${sameFor} * interval '1 ms'
                                  and ${at}::timestamptz + ${sameFor} * interval '1 ms'
  `.execute(db);
  const told = new Set(rows.map((row) => row.backport_id));
  return lost.filter(({ fix }) => !told.has(fix.id));
}

async function joinedTo(db: Kysely<Schema>, changeId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select change_id as id from guarded_fixes join changes on changes.id = change_id where joined_to = ${changeId}::bigint
    group by change_id
  `.execute(db);
  return rows.map(({ id }) => id);
}

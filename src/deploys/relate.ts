import { type Kysely, type Selectable, type Transaction, sql } from 'kysely';
import type { Changes, Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Carried, Change } from '../domain/change.ts';
import { foldChange } from '../domain/fold.ts';
import { type Identity, identityKey } from '../domain/identity.ts';
import type { Relation } from '../domain/relation.ts';
import { goesBack } from '../domain/rollback.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import { catalogToWriteBy } from '../timeline/aliases.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { columnsOf, saidOf } from '../timeline/change-rows.ts';
import { enqueueRelationsOf } from './enqueue-relations.ts';
import { joinReports } from './join-reports.ts';
import { type Place, deploysOf, lockPlace, placeOf } from './place.ts';

export type CarriedRead =
  | { readonly outcome: 'read'; readonly carried: Carried }
  /** `why`: for people. `again`: it may be known later. */
  | { readonly outcome: 'unknown'; readonly why: string; readonly again: boolean };

export interface RelateDependencies {
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  /** What lies between two commits (40 hex) of a repository `owner/name`. */
  readonly readCarried: (range: {
    readonly repository: string;
    readonly from: string;
    readonly to: string;
  }) => Promise<CarriedRead>;
}

/** A version from further back than this many deploys is taken for new. */
const remembered = 50;
/** Deploys that follow, up to the first good one, whose predecessor this one may be. */
const mostFollowing = 20;

/**
 * Joins the reports of one deploy, then tells it what was live before it, whether it goes back, and what it carried; and has those that follow it told
 * again when it turns out to be their predecessor. May run any number of times, in any order, in several processes:
 * deploys of one service to one environment are related one at a time. Rejects when what it carried may be known later.
 */
export async function relateDeploy(dependencies: RelateDependencies, changeId: string): Promise<void> {
  const { db, catalog } = dependencies;
  const related = await db.transaction().execute((trx) => relateInTurn(trx, changeId, catalog));
  if (related === null || related.relation.carried !== null) return;
  const { deploy, relation } = related;
  if (deploy.repository === null || deploy.commit === null || relation.previousCommit === null) return;
  if (deploy.commit === relation.previousCommit) return;
  const read = await dependencies.readCarried({
    repository: deploy.repository,
    from: relation.previousCommit,
    to: deploy.commit,
  });
  await db.transaction().execute((trx) => keepCarried(trx, deploy.id, relation, read, catalog));
  if (read.outcome === 'unknown' && read.again) throw new Error(`what a deploy carried is not known yet: ${read.why}`);
}

interface Related {
  readonly deploy: Change;
  readonly relation: Relation;
}

async function relateInTurn(trx: Transaction<Schema>, changeId: string, settings: Catalog): Promise<Related | null> {
  const catalog = await catalogToWriteBy(trx, settings);
  const place = await placeOf(trx, changeId);
  if (place === null) {
    await unrelate(trx, changeId, catalog);
    return null;
  }
  await lockPlace(trx, place);
  const { shown, altered } = await joinReports(trx, place, changeId, catalog);
  await enqueueRelationsOf(
    trx,
    altered.filter((id) => id !== shown && id !== changeId),
  );
  const row = await lockDeploy(trx, shown);
  if (row?.at === undefined || row.at === null) return null;
  const deploy = changeOfRow(row, catalog);
  const before = await goodDeploysBefore(trx, place, { at: row.at, id: row.id }, catalog);
  const [previous] = before;
  await relateFollowing(trx, place, { at: row.at, id: row.id }, isGood(row));
  if (previous === undefined) {
    if (row.relation !== null) await save(trx, row, null, catalog);
    return null;
  }
  const relation = relationTo(previous, before, deploy, row.relation);
  await save(trx, row, relation, catalog);
  return { deploy, relation };
}

function relationTo(previous: Change, before: readonly Change[], deploy: Change, known: Relation | null): Relation {
  const versions = before.map(versionOf).toReversed();
  const relation = {
    previousId: previous.id,
    from: previous.to,
    previousCommit: previous.commit,
    rollback: goesBack(versions, versionOf(deploy)),
    carried: null,
  };
  if (known === null || !sameBefore(known, relation)) return relation;
  return { ...relation, carried: known.carried, ...(known.unknown === undefined ? {} : { unknown: known.unknown }) };
}

function sameBefore(a: Relation, b: Relation): boolean {
  return a.previousId === b.previousId && a.previousCommit === b.previousCommit;
}

/** The commit says it exactly; a label only where there is no commit. */
function versionOf(deploy: Change): string {
  return deploy.commit ?? deploy.to ?? deploy.id;
}

type Row = Pick<
  Selectable<Changes>,
  'id' | 'at' | 'recorded_at' | 'events' | 'joined' | 'relation' | 'repetitions' | 'status'
>;

function lockDeploy(trx: Transaction<Schema>, changeId: string): Promise<Row | undefined> {
  return trx
    .selectFrom('changes')
    .select([...changeColumns, 'status'])
    .where('id', '=', changeId)
    .forUpdate()
    .executeTakeFirst();
}

function isGood(row: Pick<Row, 'status'>): boolean {
  return row.status === null || row.status === 'succeeded';
}

interface Moment {
  readonly at: Date;
  readonly id: string;
}

async function goodDeploysBefore(
  trx: Transaction<Schema>,
  place: Place,
  moment: Moment,
  catalog: Catalog,
): Promise<readonly Change[]> {
  const rows = await deploysOf(trx, place)
    .select(changeColumns)
    .where(sql<boolean>`(at, id) < (${moment.at}::timestamptz, ${moment.id}::bigint)`)
    .where((eb) => eb.or([eb('status', 'is', null), eb('status', '=', 'succeeded')]))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(remembered)
    .execute();
  return rows.map((row) => changeOfRow(row, catalog));
}

/** Has every deploy told again that should name this one as the version before it, or names it and should not. */
async function relateFollowing(trx: Transaction<Schema>, place: Place, moment: Moment, good: boolean): Promise<void> {
  const rows = await deploysOf(trx, place)
    .select(['id', 'status', sql<string | null>`relation ->> 'previousId'`.as('previous')])
    .where(sql<boolean>`(at, id) > (${moment.at}::timestamptz, ${moment.id}::bigint)`)
    .orderBy('at')
    .orderBy('id')
    .limit(mostFollowing)
    .execute();
  const end = rows.findIndex(isGood);
  const following = end === -1 ? rows : rows.slice(0, end + 1);
  const wrong = following.filter((row) => (row.previous === moment.id) !== good);
  await enqueueRelationsOf(
    trx,
    wrong.map(({ id }) => id),
  );
}

/** Whose environment is no longer known. */
async function unrelate(trx: Transaction<Schema>, changeId: string, catalog: Catalog): Promise<void> {
  const row = await lockDeploy(trx, changeId);
  if (row?.at !== undefined && row.at !== null && row.relation !== null) await save(trx, row, null, catalog);
}

async function save(trx: Transaction<Schema>, row: Row, relation: Relation | null, catalog: Catalog): Promise<void> {
  const folded = foldChange(saidOf(row), catalog, relation);
  const { kind, title } = columnsOf({ id: row.id, joinedTo: null, repetitions: row.repetitions, folded });
  if (row.relation?.carried && !relation?.carried) await unmention(trx, row, folded.repository, row.relation.carried);
  await trx
    .updateTable('changes')
    .set({ kind, title, relation: relation === null ? null : JSON.stringify(relation) })
    .where('id', '=', row.id)
    .execute();
  await enqueueMixed(trx, [{ name: 'watch-changes', payload: { changeIds: [row.id] }, onlyInIncident: true }]);
}

/** Unless the deploy has got another predecessor meanwhile: then what was read is not what it carried. */
async function keepCarried(
  trx: Transaction<Schema>,
  changeId: string,
  expected: Relation,
  read: CarriedRead,
  settings: Catalog,
): Promise<void> {
  const catalog = await catalogToWriteBy(trx, settings);
  const row = await lockDeploy(trx, changeId);
  if (row === undefined || row.relation === null || !sameBefore(row.relation, expected)) return;
  if (read.outcome === 'unknown') return save(trx, row, { ...row.relation, unknown: read.why }, catalog);
  const { unknown: _, ...known } = row.relation;
  await save(trx, row, { ...known, carried: read.carried }, catalog);
  await mention(trx, changeId, changeOfRow(row, catalog), read.carried);
}

/** So that a commit or pull request leads to the deploys that brought it. What a rollback took away it did not bring. */
async function mention(trx: Transaction<Schema>, changeId: string, deploy: Change, carried: Carried): Promise<void> {
  const values = identitiesOf(deploy.repository, carried);
  if (values.length === 0) return;
  await trx
    .insertInto('mentions')
    .values(values.map((value) => ({ ...value, change_id: changeId })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Another deploy turned out to have brought it. What the deploy's own events mention stays. */
async function unmention(
  trx: Transaction<Schema>,
  row: Row,
  repository: string | null,
  carried: Carried,
): Promise<void> {
  const own = new Set(saidOf(row).flatMap((event) => event.mentions.map(identityKey)));
  const values = identitiesOf(repository, carried).filter((identity) => !own.has(identityKey(identity)));
  await sql`
    delete from mentions using jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as given (type text, value text)
    where mentions.type = given.type and mentions.value = given.value and mentions.change_id = ${row.id}::bigint
  `.execute(trx);
}

function identitiesOf(repository: string | null, carried: Carried): readonly Identity[] {
  if (carried.direction === 'backward' || repository === null) return [];
  return [
    ...carried.commits.map((commit) => ({ type: 'commit', value: `${repository}@${commit.sha}` })),
    ...carried.pullRequests.map((each) => ({ type: 'pull-request', value: `${each.repository}#${each.number}` })),
  ];
}

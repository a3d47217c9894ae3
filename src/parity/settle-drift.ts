import { type Kysely, type Selectable, type Transaction, sql } from 'kysely';
import type { Drifts } from '../database/parity-schema.ts';
import type { Schema } from '../database/schema.ts';
import { groupDrifts } from '../domain/comparison/group-drifts.ts';
import type { ParityContext } from './context.ts';
import type { Whose } from './fact-rows.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { takeTurn } from './take-turn.ts';
import { tellDrift } from './tell-drift.ts';
import { type Moved, explainer } from './watch-drift.ts';

type Row = Selectable<Drifts>;

/** A drift is told when so many snapshots have seen it, or when it has been there for so long. */
const enough = 2;
const longEnough = 30 * 60_000;
/** A deploy of which nobody says the end is taken to be over. */
const longestDeploy = 2 * 3_600_000;
const mostAtOnce = 20_000;

/** Opens what has lasted, ends what a change explains by now, and tells the timeline of both, once each. */
export async function settleDrift(context: ParityContext, now: Date): Promise<void> {
  for (const whose of await unsettled(context.db)) {
    const catalog = await catalogWith(context.db, context.catalog);
    await context.db.transaction().execute(async (trx) => {
      await takeTurn(trx, whose);
      await settle(trx, { ...context, catalog }, { whose, now });
    });
  }
  await tellDrift(context, now);
}

async function unsettled(db: Kysely<Schema>): Promise<readonly Whose[]> {
  return db
    .selectFrom('drifts')
    .select(['environment', 'collector'])
    .distinct()
    .where('state', 'in', ['watched', 'open'])
    .orderBy('environment')
    .orderBy('collector')
    .execute();
}

async function settle(
  trx: Transaction<Schema>,
  { catalog }: Pick<ParityContext, 'catalog'>,
  { whose, now }: { readonly whose: Whose; readonly now: Date },
): Promise<void> {
  const rows = await trx
    .selectFrom('drifts')
    .selectAll()
    .where('environment', '=', whose.environment)
    .where('collector', '=', whose.collector)
    .where('state', 'in', ['watched', 'open'])
    .orderBy('id')
    .limit(mostAtOnce)
    .forUpdate()
    .execute();
  const explained = explainer({ db: trx, catalog }, whose.environment);
  const isBusy = await deploysUnderWay(trx, whose.environment, now);
  const ripe: Row[] = [];
  for (const row of rows) {
    const found = await explained(moveOf(row), row.window_to);
    if (found !== null) {
      const why = `Explained by a change that was recorded later. ${found.why}`;
      await trx
        .updateTable('drifts')
        .set({ state: 'explained', explained_by: found.change.id, ended_at: now, why })
        .where('id', '=', row.id)
        .execute();
    } else if (row.state === 'watched' && hasLasted(row, now) && !isBusy(row.service)) ripe.push(row);
  }
  for (const group of groupDrifts(ripe.map((row) => ({ ...row, snapshot: row.snapshot_id })))) {
    const ids = group.map(({ id }) => id);
    await sql`update drifts set state = 'open', report = ${ids[0]} where id = any(${ids}::bigint[])`.execute(trx);
  }
}

function hasLasted({ seen, first_seen_at: since }: Row, now: Date): boolean {
  return seen >= enough || now.getTime() - since.getTime() >= longEnough;
}

/** Whether a deploy is under way that may be what changes a service's facts; of the environment's own facts any may. */
async function deploysUnderWay(
  trx: Transaction<Schema>,
  environment: string,
  now: Date,
): Promise<(service: string) => boolean> {
  const running = await trx
    .selectFrom('changes')
    .select('services')
    .where('environment', '=', environment)
    .where('status', '=', 'started')
    .where('kind', 'in', ['deploy', 'rollback'])
    .where('at', '>', new Date(now.getTime() - longestDeploy))
    .execute();
  return (service) =>
    running.some(({ services }) => service === '' || services.length === 0 || services.includes(service));
}

function moveOf(row: Row): Moved {
  const value = (text: string | null, same: Buffer | null) =>
    same === null
      ? null
      : { value: row.secret ? null : text, digest: row.secret ? text : null, same: same.toString('hex') };
  return {
    service: row.service,
    facet: row.facet,
    key: row.key,
    before: value(row.before, row.before_same),
    after: value(row.after, row.after_same),
    from: row.window_from,
  };
}

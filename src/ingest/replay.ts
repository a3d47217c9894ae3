import type { Kysely, Selectable } from 'kysely';
import type { Deliveries, Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { React } from './ingest.ts';
import type { Parsed, Source } from '../sources/reading/source.ts';
import { isRefusal } from '../timeline/group-commit.ts';
import { type BodyPlace, bodyColumns, bodyReader } from '../timeline/read-body.ts';
import { record } from '../timeline/record.ts';

export interface ReplayDependencies {
  readonly db: Kysely<Schema>;
  /** Every source that can read deliveries, open or not, by name. */
  readonly readers: ReadonlyMap<string, Pick<Source, 'read'>>;
  readonly catalog: Catalog;
  readonly now: () => Date;
  readonly react: React;
}

export interface Replayed {
  readonly deliveries: number;
  /** Changes that are different from before, or new. */
  readonly changes: number;
  /** Deliveries that failed before and were read now. */
  readonly repaired: number;
  readonly failed: readonly { readonly id: string; readonly source: string; readonly error: string }[];
}

/** Read at a time: large enough to be quick, small enough to hold in memory whatever their size. */
const page = 50;
/** Milliseconds after which what was received is no news. */
const recently = 3_600_000;

type Row = BodyPlace & Pick<Selectable<Deliveries>, 'received_at' | 'source' | 'headers' | 'outcome'>;
type BodyOf = (place: BodyPlace) => Promise<Buffer | null>;

/**
 * Reads stored deliveries again, oldest first: those that failed, or all since a time. What was said before stays said
 * once, so it may be done any number of times, beside a running service; a parser that was mended, and names that were
 * added to the settings, take effect on history.
 */
export async function replay(
  dependencies: ReplayDependencies,
  which: { readonly failed: true } | { readonly from: Date },
): Promise<Replayed> {
  const sum = { deliveries: 0, changes: 0, repaired: 0, failed: [] as Replayed['failed'][number][] };
  const bodyOf = bodyReader(dependencies.db);
  let after: Pick<Row, 'received_at' | 'id'> | null = null;
  for (;;) {
    const rows: readonly Row[] = await nextPage(dependencies.db, which, after);
    for (const row of rows) {
      sum.deliveries += 1;
      const result = await replayOne(dependencies, row, bodyOf);
      if (result.outcome === 'failed') sum.failed.push({ id: row.id, source: row.source, error: result.error });
      else {
        sum.changes += result.changes;
        if (row.outcome === 'failed') sum.repaired += 1;
      }
    }
    after = rows.at(-1) ?? null;
    if (after === null) return sum;
  }
}

function nextPage(
  db: Kysely<Schema>,
  which: { readonly failed: true } | { readonly from: Date },
  after: Pick<Row, 'received_at' | 'id'> | null,
): Promise<readonly Row[]> {
  return db
    .selectFrom('deliveries')
    .select(['id', 'received_at', 'source', 'headers', 'outcome', ...bodyColumns])
    .$if('failed' in which, (query) => query.where('outcome', '=', 'failed'))
    .$if('from' in which, (query) => query.where('received_at', '>=', 'from' in which ? which.from : new Date(0)))
    .$if(after !== null, (query) =>
      query.where((eb) =>
        eb(eb.refTuple('received_at', 'id'), '>', eb.tuple(after?.received_at ?? new Date(0), after?.id ?? '')),
      ),
    )
    .orderBy('received_at')
    .orderBy('id')
    .limit(page)
    .execute();
}

type One =
  | { readonly outcome: 'read'; readonly changes: number }
  | { readonly outcome: 'failed'; readonly error: string };

/** One that cannot be read or recorded stops none of the others. */
async function replayOne(dependencies: ReplayDependencies, row: Row, bodyOf: BodyOf): Promise<One> {
  const parsed = await parse(dependencies, row, bodyOf);
  if (parsed.outcome === 'malformed') return { outcome: 'failed', error: parsed.error };
  try {
    return await store(dependencies, row, parsed);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { outcome: 'failed', error: `the timeline refused it: ${error.message}` };
  }
}

function store({ db, catalog, now, react }: ReplayDependencies, row: Row, parsed: Parsed): Promise<One> {
  const { events, signals = [] } = parsed.outcome === 'events' ? parsed : { events: [] };
  return db.transaction().execute(async (trx): Promise<One> => {
    const recording = { delivery: { replayed: row.id }, events, signals };
    const batch = await record(trx, [recording], { catalog, now: now(), refold: true });
    const touchedSignals = batch.touchedSignals.filter(({ news }) => news);
    const late = now().getTime() - row.received_at.getTime() > recently;
    await react(trx, { touched: batch.touched, touchedSignals, late });
    await trx
      .updateTable('deliveries')
      .set({ outcome: parsed.outcome === 'events' ? 'recorded' : 'ignored', error: null })
      .where('received_at', '=', row.received_at)
      .where('id', '=', row.id)
      .execute();
    return { outcome: 'read', changes: batch.touched.length };
  });
}

async function parse({ readers }: ReplayDependencies, row: Row, bodyOf: BodyOf): Promise<Parsed> {
  const reader = readers.get(row.source);
  if (reader === undefined) {
    return { outcome: 'malformed', error: `this version knows no source ${row.source}`, notWhatItSends: false };
  }
  const body = await bodyOf(row);
  if (body === null) return { outcome: 'malformed', error: 'its body has expired', notWhatItSends: false };
  return reader.read({ headers: row.headers, body, receivedAt: row.received_at }).parsed;
}

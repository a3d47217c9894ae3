import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type FoldedSignal, type Signal, foldSignals } from '../domain/signal.ts';

/** An incident or alert that recording made or altered, as it is now. */
export interface TouchedSignal {
  readonly id: string;
  readonly signal: FoldedSignal;
  /** False: it is only computed again. */
  readonly news: boolean;
}

export interface RecordedSignals {
  readonly touched: readonly TouchedSignal[];
  /** Those of the given signals that said something for the first time. */
  readonly news: ReadonlySet<Signal>;
}

/** An alert that flaps or an incident with many notes: more add nothing that a row should carry. */
const mostSaid = 200;

/**
 * Adds signals to their subjects in the caller's transaction. Subjects are taken in one order everywhere, so that
 * processes wait for each other and do not deadlock. With `refold`, what is there is computed again.
 */
export async function recordSignals(
  trx: Transaction<Schema>,
  signals: readonly Signal[],
  { catalog, now, refold = false }: { readonly catalog: Catalog; readonly now: Date; readonly refold?: boolean },
): Promise<RecordedSignals> {
  if (signals.length === 0) return { touched: [], news: new Set() };
  const subjects = Map.groupBy(signals, ({ source, subject }) => JSON.stringify([source, subject]));
  const rows = [...subjects.values()].map((said) => rowOf(once(said), catalog));
  const kept = await sql<{ source: string; subject: string; id: string; fresh: boolean; said: Signal[] }>`
    insert into signals (source, subject, state, severity, title, environment, services, started_at, resolved_at,
                         recorded_at, said)
    select source, subject, state, severity, title, environment, services, started_at, resolved_at,
           ${now}::timestamptz, said
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given
      (source text, subject text, state text, severity text, title text, environment text, services text[],
       started_at timestamptz, resolved_at timestamptz, said jsonb)
    order by source, subject
    on conflict (source, subject) do update set source = excluded.source
    returning source, subject, id, (xmax = 0) as fresh, said
  `.execute(trx);

  const news = new Set<Signal>();
  const touched: TouchedSignal[] = [];
  const updates: (Row & { readonly id: string })[] = [];
  for (const row of kept.rows) {
    const told = once(subjects.get(JSON.stringify([row.source, row.subject])) ?? []);
    const known = new Set(row.fresh ? [] : row.said.map(({ key }) => key));
    const added = told.filter(({ key }) => !known.has(key));
    for (const signal of added) news.add(signal);
    if (added.length === 0 && !refold) continue;
    const said = row.fresh ? told : [...row.said, ...added];
    touched.push({ id: row.id, signal: foldSignals(said, catalog), news: added.length > 0 });
    if (!row.fresh) updates.push({ ...rowOf(said, catalog), id: row.id });
  }
  if (updates.length > 0) await update(trx, updates);
  return { touched, news };
}

/** Computes these again from what was said about them. */
export async function refoldSignals(trx: Transaction<Schema>, ids: readonly string[], catalog: Catalog): Promise<void> {
  if (ids.length === 0) return;
  const rows = await trx
    .selectFrom('signals')
    .select(['id', 'said'])
    .where('id', 'in', [...ids])
    .orderBy('source')
    .orderBy('subject')
    .forUpdate()
    .execute();
  await update(
    trx,
    rows.map(({ id, said }) => ({ ...rowOf(said, catalog), id })),
  );
}

type Row = ReturnType<typeof rowOf>;

function rowOf(all: readonly Signal[], catalog: Catalog) {
  const {
    startedAt,
    resolvedAt,
    labels: _labels,
    url: _url,
    channel: _channel,
    reference: _reference,
    ...columns
  } = foldSignals(all, catalog);
  const said = all.length > mostSaid ? [...all.slice(0, mostSaid / 2), ...all.slice(-mostSaid / 2)] : all;
  return { ...columns, started_at: startedAt, resolved_at: resolvedAt, said };
}

async function update(trx: Transaction<Schema>, rows: readonly (Row & { readonly id: string })[]): Promise<void> {
  await sql`
    update signals set state = given.state, severity = given.severity, title = given.title,
      environment = given.environment, services = given.services, started_at = given.started_at,
      resolved_at = given.resolved_at, said = given.said
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id bigint, state text, severity text, title text,
      environment text, services text[], started_at timestamptz, resolved_at timestamptz, said jsonb)
    where signals.id = given.id
  `.execute(trx);
}

function once(signals: readonly Signal[]): readonly Signal[] {
  const first = new Map<string, Signal>();
  for (const signal of signals) if (!first.has(signal.key)) first.set(signal.key, signal);
  return [...first.values()];
}

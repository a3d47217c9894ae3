import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type FoldedSignal, foldSignals } from '../domain/signal.ts';
import { type SearchFilters, type Span, notOf } from './search.ts';

const day = 86_400_000;
/** One that nobody resolved is taken to be over after this: many senders never say so. */
const longest = 3 * day;
const most = 20;

/**
 * Alerts that were open at some time of the span, newest first, at most 20. One of which nobody said where
 * or what it concerns may concern anything.
 */
export async function findAlerts(
  db: Kysely<Schema>,
  span: Span,
  { environment, services, hidden }: Pick<SearchFilters, 'environment' | 'services' | 'hidden'>,
  catalog: Catalog,
): Promise<readonly FoldedSignal[]> {
  const rows = await db
    .selectFrom('signals')
    .select('said')
    .where(notOf(hidden, 'signals.services'))
    .where('started_at', '<', span.to)
    .where('started_at', '>=', new Date(span.from.getTime() - longest))
    .where((eb) => eb.or([eb('resolved_at', 'is', null), eb('resolved_at', '>=', span.from)]))
    .$if(environment !== null, (query) =>
      query.where((eb) => eb.or([eb('environment', 'is', null), eb('environment', '=', environment)])),
    )
    .$if(services.length > 0, (query) =>
      query.where(sql<boolean>`(services = '{}' or services && ${[...services]}::text[])`),
    )
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
  return rows.map((row) => foldSignals(row.said, catalog));
}

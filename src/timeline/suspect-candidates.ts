import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import { dependenciesOf, reachesOf } from '../domain/dependencies.ts';
import { withMergeRisks } from './merge-risks.ts';
import { withRevertedFixes } from './reverted-fixes.ts';
import { type SearchFilters, type Span, findChanges, findUnplaced } from './search.ts';

/**
 * Of the newest changes of the environment so many are looked at: a window of a day in which one is made every three
 * minutes. Reading one costs some 50 µs, ranking it 2.
 */
const newest = 500;
/** Of those that can reach the affected services so many besides, however much else happened since. */
const near = 300;
/** Of those that the question asks for, where it narrows them by kind, person or words. */
const asked = 200;

export interface Candidates {
  readonly changes: readonly Change[];
  /** The question asks for no other changes: none of the rest is to be shown. Null: for any. */
  readonly only: ReadonlySet<string> | null;
}

/**
 * The changes that can be suspects, and those that tell which of them were taken back: a rollback counts also when only
 * deploys are asked for. Where services are known, those that they depend on belong to them, and what names no service.
 */
export async function findCandidates(
  db: Kysely<Schema>,
  {
    span,
    search,
    services,
  }: { readonly span: Span; readonly search: SearchFilters; readonly services: readonly string[] },
  catalog: Catalog,
): Promise<Candidates> {
  const anything: SearchFilters = { ...search, services: [], kinds: [], actor: null, text: null };
  const reaching = [...reachesOf(services, dependenciesOf(catalog)).keys()];
  const close: SearchFilters = { ...anything, services: reaching, orNone: true };
  const isNarrowed = search.kinds.length > 0 || search.actor !== null || search.text !== null;
  const find = async (filters: SearchFilters, limit: number) => {
    const [placed, unplaced] = await Promise.all([
      findChanges(db, { span, filters, limit, before: null }, catalog),
      filters.environment === null ? [] : findUnplaced(db, span, filters, limit, catalog),
    ]);
    return [...placed.map(({ change }) => change), ...unplaced];
  };
  const [others, closest, narrowed] = await Promise.all([
    // A question about services asks for no others; what an incident says of its services may not be all.
    search.services.length > 0 ? [] : find(anything, newest),
    services.length > 0 ? find(close, near) : [],
    isNarrowed ? find(search, asked) : null,
  ]);
  const all = new Map([...others, ...closest, ...(narrowed ?? [])].map((change) => [change.id, change]));
  return {
    changes: await withRevertedFixes(db, await withMergeRisks(db, [...all.values()], catalog), search.hidden),
    only: narrowed === null ? null : new Set(narrowed.map(({ id }) => id)),
  };
}

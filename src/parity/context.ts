import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { IntendedRule, Pair } from '../domain/comparison/difference.ts';
import type { DriftReport } from '../domain/comparison/drift-report.ts';
import type { Conceal } from '../domain/secrets.ts';

/** What everything about snapshots and how environments differ works with. */
export interface ParityContext {
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  readonly pairs: readonly Pair[];
  /** Of the settings, without what people accepted. */
  readonly rules: readonly IntendedRule[];
  /** Facts that are not looked at. `key` is a glob. */
  readonly ignored: readonly { readonly facet: string; readonly key: string }[];
  readonly conceal: Conceal;
  /** Tells the timeline of a drift, before it resolves. Telling the same again changes nothing. */
  readonly tell: (report: DriftReport) => Promise<void>;
}

import type { Kysely } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { Catalog } from '../../domain/catalog.ts';
import type { IgnoredFacts } from '../../domain/comparison/ignored-facts.ts';
import type { ToldFlag } from '../../domain/comparison/told.ts';

export interface FactDependencies {
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  readonly ignored: IgnoredFacts;
  /** What changes tell of flags, where no snapshot does. */
  readonly flags: (environment: string, at: Date) => Promise<readonly ToldFlag[]>;
  readonly now: () => Date;
}

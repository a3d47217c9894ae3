import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';

/** What the rules about incidents work with. */
export interface IncidentContext {
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  /** Where a fault is of which nobody says where. */
  readonly defaultEnvironment: string;
  /** What the names of channels match that are made for incidents. */
  readonly channelPattern: RegExp;
}

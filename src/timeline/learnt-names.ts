import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Folded } from '../domain/fold.ts';

/**
 * Notes environments and services seen for the first time, so that questions may name them. Sorted, and looked up
 * before they are inserted: almost always nothing is new, and then nothing is locked.
 */
export async function learnNames(trx: Transaction<Schema>, changes: readonly Folded[], now: Date): Promise<void> {
  const shown = changes.filter((change) => change.at !== null);
  const environments = [...new Set(shown.flatMap((change) => change.environment ?? []))].toSorted();
  const services = new Map(
    shown.flatMap((change) => change.services.map((name) => [name, change.repository] as const)),
  );
  if (environments.length > 0) {
    await sql`
      insert into environments (name, first_seen_at)
      select name, ${now}::timestamptz from unnest(${environments}::text[]) as given (name)
      where not exists (select from environments where environments.name = given.name)
      order by name
      on conflict do nothing
    `.execute(trx);
  }
  if (services.size > 0) {
    const names = [...services.keys()].toSorted();
    await sql`
      insert into services (name, repository, first_seen_at)
      select name, repository, ${now}::timestamptz
      from unnest(${names}::text[], ${names.map((name) => services.get(name) ?? null)}::text[]) as given (name, repository)
      where not exists (select from services where services.name = given.name)
      order by name
      on conflict do nothing
    `.execute(trx);
  }
}

export interface LearntNames {
  readonly environments: readonly string[];
  readonly services: readonly { readonly name: string; readonly repository: string | null }[];
}

export async function learntNames(db: Kysely<Schema>): Promise<LearntNames> {
  const environments = await db.selectFrom('environments').select('name').orderBy('name').execute();
  const services = await db.selectFrom('services').select(['name', 'repository']).orderBy('name').execute();
  return { environments: environments.map((row) => row.name), services };
}

import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Folded } from '../domain/fold.ts';

/** What the timeline has seen itself; settings add to it. Each in alphabetical order. */
export interface LearntNames {
  readonly environments: readonly string[];
  readonly services: readonly string[];
  /** `<owner>/<name>`. */
  readonly repositories: readonly string[];
}

const tables = ['environments', 'services', 'repositories'] as const;

/**
 * Notes names seen for the first time, so that questions may use them. Looked up before they are inserted, because
 * almost always nothing is new and then nothing is locked; sorted, so that two processes never deadlock.
 */
export async function learnNames(trx: Transaction<Schema>, changes: readonly Folded[], now: Date): Promise<void> {
  const shown = changes.filter((change) => change.at !== null);
  const names = {
    environments: shown.flatMap((change) => change.environment ?? []),
    services: shown.flatMap((change) => change.services),
    repositories: shown.flatMap((change) => change.repository ?? []),
  };
  const given = tables.flatMap((table) => [...new Set(names[table])].toSorted().map((name) => ({ table, name })));
  if (given.length === 0) return;
  const unknown = await sql<{ table: (typeof tables)[number]; name: string }>`
    select given."table", given.name from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given ("table" text, name text)
    where case given."table"
      when 'environments' then not exists (select from environments where name = given.name)
      when 'services' then not exists (select from services where name = given.name)
      else not exists (select from repositories where name = given.name)
    end
  `.execute(trx);
  for (const table of tables) {
    const values = unknown.rows
      .filter((row) => row.table === table)
      .map(({ name }) => ({ name, first_seen_at: now }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    if (values.length === 0) continue;
    await trx.insertInto(table).values(values).onConflict((conflict) => conflict.doNothing()).execute();
  }
}

export async function learntNames(db: Kysely<Schema>): Promise<LearntNames> {
  const [environments, services, repositories] = await Promise.all(
    tables.map((table) => db.selectFrom(table).select('name').orderBy('name').execute()),
  );
  const list = (rows: readonly { readonly name: string }[] | undefined) => (rows ?? []).map((row) => row.name);
  return { environments: list(environments), services: list(services), repositories: list(repositories) };
}

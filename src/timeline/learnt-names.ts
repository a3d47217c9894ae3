import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** What the timeline has seen itself; settings add to it. Each in alphabetical order. */
export interface LearntNames {
  readonly environments: readonly string[];
  readonly services: readonly string[];
  /** `<owner>/<name>`. */
  readonly repositories: readonly string[];
}

export async function learntNames(db: Kysely<Schema>): Promise<LearntNames> {
  const names = (table: 'environments' | 'services' | 'repositories') =>
    db.selectFrom(table).select('name').orderBy('name').execute();
  const [environments, services, repositories] = await Promise.all([
    names('environments'),
    names('services'),
    names('repositories'),
  ]);
  const list = (rows: readonly { readonly name: string }[]) => rows.map((row) => row.name);
  return { environments: list(environments), services: list(services), repositories: list(repositories) };
}

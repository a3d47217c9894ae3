import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import type { Difference, Pair } from '../domain/comparison/difference.ts';
import { keyParts } from '../domain/comparison/key-parts.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';

/** The newest changes of each environment that are looked through. */
const most = 1000;

/**
 * Who changed each of these last before it came to differ, by the difference's id: the person of the newest change that
 * names its key. It does not explain the difference; it tells whom to ask.
 */
export async function lastWriters(
  { db, catalog }: { readonly db: Kysely<Schema>; readonly catalog: Catalog },
  differences: readonly Difference[],
  { reference, mirror }: Pair,
): Promise<ReadonlyMap<string, string>> {
  if (differences.length === 0) return new Map();
  const read = (environment: string) =>
    db
      .selectFrom('changes')
      .select(changeColumns)
      .where('environment', '=', environment)
      .where('at', 'is not', null)
      .where('kind', 'in', ['config', 'flag', 'infrastructure', 'maintenance'])
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(most)
      .execute();
  const rows = (await Promise.all([read(reference), read(mirror)])).flat();
  const changes = rows
    .map((row) => changeOfRow(row, catalog))
    .filter(({ actor }) => actor !== null)
    .toSorted((a, b) => b.occurredAt.getTime() - a.occurredAt.getTime());
  return new Map(
    differences.flatMap((difference) => {
      const writer = changes.find((change) => names(change, difference))?.actor;
      const name = writer?.name ?? writer?.login ?? writer?.email;
      return name === undefined ? [] : [[difference.id, name] as const];
    }),
  );
}

function names({ services, title, before, after }: Change, { service, key }: Difference): boolean {
  if (service !== null && services.length > 0 && !services.includes(service)) return false;
  const { name } = keyParts(key);
  if (name.length < 3) return false;
  if (title.split(/[\s,;:()'"`]+/).includes(name)) return true;
  return [before, after].some((said) => said !== null && Object.hasOwn(said, name));
}

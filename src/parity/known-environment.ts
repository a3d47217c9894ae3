import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { knownNames, meaningOf, plainName } from '../domain/known-names.ts';
import { suggestName } from '../domain/suggest-name.ts';

const mostNamed = 10;

/** Our name of an environment, by any of its names. One that nothing is known of is refused: a typing error would be an environment of its own. */
export async function environmentOf(
  db: Kysely<Schema>,
  catalog: Catalog,
  asked: string,
): Promise<{ readonly name: string } | { readonly error: string }> {
  const settled = meaningOf(asked, knownNames(catalog).environments);
  if (settled !== null) return { name: settled };
  const rows = await db.selectFrom('environments').select('name').orderBy('name').execute();
  const learnt = new Map(rows.map(({ name }) => [name, catalog.environments.get(name) ?? name]));
  const name = plainName(asked);
  const known = learnt.get(name);
  if (known !== undefined) return { name: known };
  const all = new Map([...learnt, ...catalog.environments]);
  const names = [...new Set(all.values())].toSorted();
  const near = suggestName(name, all);
  const meant = near === null ? '' : ` Do you mean ${near}?`;
  const listed = names.slice(0, mostNamed).join(', ');
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return { error: `I know no environment ${name.slice(0, 100)}.${meant} Known: ${listed}${more}.` };
}

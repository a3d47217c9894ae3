import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { tookEffect } from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';

/** What the timeline knows of one flag in one environment. */
export interface FlagState {
  /** As its source calls it. */
  readonly key: string;
  /** Every field that a change set, by the last that did: `default: 50 %, on: true`. */
  readonly state: string;
  /** When it was changed last, and by which change. */
  readonly at: Date;
  readonly changeId: string;
}

/** The newest changes that are looked at: flags not changed since are not known. */
const mostLooked = 5000;
const longest = 2000;
const anyCatalog: Catalog = { environments: new Map(), services: [], configPaths: [] };

/** By their keys in order. A flag that was never changed, or has been deleted, is not among them. */
export async function flagStates(db: Kysely<Schema>, environment: string, at: Date): Promise<readonly FlagState[]> {
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('environment', '=', environment)
    .where('kind', '=', 'flag')
    .where('at', 'is not', null)
    .where('at', '<=', at)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostLooked)
    .execute();
  const byKey = new Map<string, { readonly fields: Record<string, unknown>; readonly last: Change }>();
  for (const row of rows.toReversed()) {
    const change = changeOfRow(row, anyCatalog);
    const key = flagOf(change);
    if (key === null) continue;
    if (/: (?:deleted|removed)\b/.test(change.title)) byKey.delete(key);
    else byKey.set(key, { fields: { ...byKey.get(key)?.fields, ...change.after }, last: change });
  }
  return [...byKey]
    .filter(([, { fields }]) => Object.keys(fields).length > 0)
    .map(([key, { fields, last }]) => ({
      key,
      state: wordsOf(fields),
      at: tookEffect(last),
      changeId: last.id,
    }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** Sources title a change of a flag `new-checkout: turned on`; a door's says it in its details. */
function flagOf({ details, title }: Change): string | null {
  const said = details['flag'];
  if (typeof said === 'string' && said !== '') return said;
  const end = title.indexOf(': ');
  return end < 1 ? null : title.slice(0, end);
}

function wordsOf(fields: Readonly<Record<string, unknown>>): string {
  const words = Object.keys(fields)
    .toSorted()
    .map((name) => `${name}: ${typeof fields[name] === 'string' ? fields[name] : JSON.stringify(fields[name])}`);
  return words.join(', ').slice(0, longest);
}

import type { Client } from 'pg';
import type { Fact, Facet } from '../../domain/facts/fact.ts';
import type { CollectorInput } from '../collector.ts';
import { factKey } from '../fact-key.ts';

export interface Seen {
  readonly facts: readonly Fact[];
  readonly notSeen: readonly string[];
}

/** Reads one sort of facts. What PostgreSQL refuses may be thrown: the other parts are read all the same. */
export type Part = (client: Client, how: Pick<CollectorInput, 'digest'>) => Promise<Seen>;

/** Facts of the environment: a database belongs to no one service as far as it knows itself. */
export async function factsOf(
  client: Client,
  facet: Facet,
  query: string,
  values: readonly unknown[] = [],
): Promise<Seen> {
  const { rows } = await client.query<{ key: string; value: Fact['value'] }>(query, [...values]);
  return { facts: rows.map(({ key, value }) => ({ service: null, facet, key: factKey(key), value })), notSeen: [] };
}

/** Of a row of `alias` in pg_namespace: a schema that people made. */
export function ownSchema(alias: string): string {
  return `${alias}.nspname not in ('pg_catalog', 'information_schema') and ${alias}.nspname !~ '^pg_(toast|temp)'`;
}

/** Of an object: no extension made it. */
export function notOfExtension(catalog: string, oid: string): string {
  return `not exists (select from pg_depend owned where owned.classid = '${catalog}'::regclass and owned.objid = ${oid} and owned.deptype = 'e')`;
}

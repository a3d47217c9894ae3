import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { CurrentFact } from '../domain/facts/compare-facts.ts';
import { type KeptFact, sameIn } from './snapshot-facts.ts';

/** Facts of one collector in one environment. */
export interface Whose {
  readonly environment: string;
  readonly collector: string;
}

const pageSize = 1500;
const chunkSize = 1000;

/**
 * What is so now, page by page in the order of the index: all at once would be three times the memory.
 */
export async function* currentFacts(
  trx: Transaction<Schema>,
  { environment, collector }: Whose,
): AsyncGenerator<readonly CurrentFact[]> {
  let after: readonly [string, string, string] = ['', '', ''];
  for (;;) {
    const { rows } = await sql<CurrentFact>`
      select id, service, facet, key, value, digest, encode(same, 'hex') as same, unseen_since as "unseenSince"
      from facts
      where environment = ${environment} and collector = ${collector} and valid_to is null
        and (service, facet, key) > (${after[0]}, ${after[1]}, ${after[2]})
      order by service, facet, key limit ${pageSize}
    `.execute(trx);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = [last.service, last.facet, last.key];
  }
}

interface Span {
  readonly from: Date;
  readonly to?: Date;
  /** When the fact was last seen otherwise. */
  readonly after: (fact: KeptFact) => Date | null;
}

export async function insertFacts(
  trx: Transaction<Schema>,
  { environment, collector }: Whose,
  facts: readonly KeptFact[],
  { from, to, after }: Span,
): Promise<void> {
  for (let at = 0; at < facts.length; at += chunkSize) {
    const chunk = facts.slice(at, at + chunkSize).map((fact) => ({ ...rowOf(fact), after: after(fact) }));
    await sql`
      insert into facts (environment, collector, service, facet, key, value, digest, same, valid_from, after, valid_to)
      select ${environment}, ${collector}, service, facet, key, value, digest, decode(same, 'hex'), ${from}, after, ${to ?? null}
      from json_to_recordset(${JSON.stringify(chunk)}::json)
        as given (service text, facet text, key text, value text, digest text, same text, after timestamptz)
    `.execute(trx);
  }
}

function rowOf(fact: KeptFact) {
  const { service, facet, key, value, digest } = fact;
  return { service, facet, key, value, digest, same: sameIn(fact) };
}

export async function closeFacts(trx: Transaction<Schema>, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update facts set valid_to = greatest(valid_from, ${at}), unseen_since = null where id = any(${[...ids]}::bigint[])
  `.execute(trx);
}

/** Closed by a snapshot that was only a part of what was seen then. */
export async function reopenFacts(
  trx: Transaction<Schema>,
  { environment, collector }: Whose,
  facts: readonly KeptFact[],
  at: Date,
): Promise<ReadonlySet<string>> {
  const reopened = new Set<string>();
  for (let start = 0; start < facts.length; start += chunkSize) {
    const chunk = facts.slice(start, start + chunkSize).map(rowOf);
    const { rows } = await sql<{ place: string }>`
      update facts set valid_to = null
      from json_to_recordset(${JSON.stringify(chunk)}::json) as given (service text, facet text, key text, same text)
      where facts.environment = ${environment} and facts.collector = ${collector} and facts.valid_to = ${at}
        and facts.service = given.service and facts.facet = given.facet and facts.key = given.key
        and facts.same = decode(given.same, 'hex')
      returning facts.service || chr(1) || facts.facet || chr(1) || facts.key as place
    `.execute(trx);
    for (const { place } of rows) reopened.add(place.replaceAll('\u0001', '\u0000'));
  }
  return reopened;
}

export async function markUnseen(trx: Transaction<Schema>, ids: readonly string[], since: Date | null): Promise<void> {
  if (ids.length === 0) return;
  await sql`update facts set unseen_since = ${since} where id = any(${[...ids]}::bigint[])`.execute(trx);
}

export async function rereadFacts(
  trx: Transaction<Schema>,
  rows: readonly { readonly id: string; readonly same: string }[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += chunkSize) {
    await sql`
      update facts set same = decode(given.same, 'hex'), unseen_since = null
      from json_to_recordset(${JSON.stringify(rows.slice(at, at + chunkSize))}::json) as given (id bigint, same text)
      where facts.id = given.id
    `.execute(trx);
  }
}

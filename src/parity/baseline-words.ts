import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Pair } from '../domain/comparison/difference.ts';
import type { Whose } from './fact-rows.ts';

/** Names that say where something is or how large, which two environments seldom have in common. */
const placeWords =
  '(url|uri|host|dsn|domain|bucket|endpoint|environment|(^|[^a-z])env|replicas|instance_type|instance_class|account|region)([^a-z]|$)';
const most = 5;

/** The note on the first snapshot of a collector: nothing is reported, and what is likely meant to differ. */
export async function baselineNote(
  db: Kysely<Schema>,
  { environment, collector }: Whose,
  { facts, pairs }: { readonly facts: number; readonly pairs: readonly Pair[] },
): Promise<string> {
  const count = `${facts.toLocaleString('en')} ${facts === 1 ? 'fact' : 'facts'}`;
  const first = `This is the first snapshot of ${environment} by ${collector}: ${count} to begin with, nothing to report.`;
  for (const pair of pairs) {
    const other = pair.reference === environment ? pair.mirror : pair.mirror === environment ? pair.reference : null;
    if (other === null) continue;
    const keys = await likelyMeant(db, { environment, collector }, other);
    if (keys.length === 0) continue;
    return `${first} Likely meant to differ from ${other}, so worth a rule under \`intended\`: ${keys.join(', ')}.`;
  }
  return first;
}

async function likelyMeant(
  db: Kysely<Schema>,
  { environment, collector }: Whose,
  other: string,
): Promise<readonly string[]> {
  const { rows } = await sql<{ key: string }>`
    select distinct a.facet || ' ' || left(a.key, 80) as key
    from facts a join facts b using (service, facet, key)
    where a.environment = ${environment} and a.collector = ${collector} and b.environment = ${other} and a.valid_to is null and b.valid_to is null
      and a.same <> b.same and a.facet in ('env', 'config', 'database', 'infrastructure') and a.key ~* ${placeWords}
    order by key limit ${most}
  `.execute(db);
  return rows.map(({ key }) => key);
}

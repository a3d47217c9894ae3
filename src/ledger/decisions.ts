import { type Kysely, sql } from 'kysely';
import type { Decision } from '../database/record-decision.ts';
import type { Schema } from '../database/schema.ts';

export interface KeptDecision extends Decision {
  readonly id: string;
}

/** Oldest first, of [from, to), after this one; at most so many. */
export async function decisionsIn(
  db: Kysely<Schema>,
  {
    from,
    to,
    after,
    limit,
  }: { readonly from: Date; readonly to: Date; readonly after: KeptDecision | null; readonly limit: number },
): Promise<readonly KeptDecision[]> {
  return db
    .selectFrom('decisions')
    .select(['id', 'at', 'kind', 'actor', 'about', 'reason', 'details'])
    .where('at', '>=', from)
    .where('at', '<', to)
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(at, id) > (${after?.at ?? from}::timestamptz, ${after?.id ?? '0'}::bigint)`),
    )
    .orderBy('at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

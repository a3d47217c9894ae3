import { type Kysely, type Selectable, type Transaction, sql } from 'kysely';
import type { BackportDecisions } from '../database/backport-tables.ts';
import type { Schema } from '../database/schema.ts';
import type { KeptDecision } from '../domain/backports/decision.ts';
import type { Backport } from '../domain/backports/backport.ts';
import { type Claims, claimsIn } from '../domain/backports/claims.ts';

/** Append-only. */
export async function keepDecision(db: Kysely<Schema>, backportId: string, decision: KeptDecision): Promise<void> {
  const { to, ...kept } = decision;
  await db
    .insertInto('backport_decisions')
    .values({ ...kept, handed_to: to, backport_id: backportId })
    .execute();
}

/** What people said of one, oldest first: of very many, the newest. */
export async function decisionsOf(db: Kysely<Schema>, backportId: string): Promise<readonly KeptDecision[]> {
  const rows = await db
    .selectFrom('backport_decisions')
    .selectAll()
    .where('backport_id', '=', backportId)
    .orderBy('id', 'desc')
    .limit(1000)
    .execute();
  return rows.toReversed().map(decisionOfRow);
}

export interface Said {
  readonly claims: Claims;
  /** The last of what it is made of: with another one, something was said meanwhile. */
  readonly last: string;
}

/** What people say of commits, by backport: of those of which anybody said anything. */
export async function saidOf(db: Kysely<Schema>, ids: readonly string[]): Promise<ReadonlyMap<string, Said>> {
  const rows = await db
    .selectFrom('backport_decisions')
    .select(['id', 'backport_id', 'kind', 'by', 'commit'])
    .where(sql<boolean>`backport_id = any(${ids}::bigint[])`)
    .where('kind', 'in', ['proposed', 'confirmed', 'denied'])
    .orderBy('id')
    .execute();
  return new Map(
    [...Map.groupBy(rows, ({ backport_id }) => backport_id)].map(([id, said]) => [
      id,
      { claims: claimsIn(said), last: said.at(-1)?.id ?? '' },
    ]),
  );
}

/** As `saidOf`; until the transaction ends nobody says anything of these. */
export async function saidUnderLock(
  trx: Transaction<Schema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Said>> {
  await sql`select from backports where id = any(${ids}::bigint[]) order by id for update`.execute(trx);
  return saidOf(trx, ids);
}

/** By commit of these backports, what people say of those that may be it. */
export function claimsByCommit(
  backports: readonly Pick<Backport, 'id' | 'commits'>[],
  said: ReadonlyMap<string, Said>,
): ReadonlyMap<string, Claims> {
  return new Map(
    backports.flatMap(({ id, commits }) => {
      const claims = said.get(id)?.claims;
      return claims === undefined ? [] : commits.map(({ commit }) => [commit, claims] as const);
    }),
  );
}

function decisionOfRow(row: Selectable<BackportDecisions>): KeptDecision {
  const { kind, by, at, reason, until, commit, cause, handed_to: to } = row;
  return { kind, by, at, reason, until, commit, cause, to };
}

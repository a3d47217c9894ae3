import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { IdentityKind } from '../domain/people/link-command.ts';
import { locked, saveLink } from './claims.ts';
import type { PeopleDependencies } from './people.ts';
import { standingsOf } from './standings.ts';

/** Several people say of one identity that it is theirs. */
export interface Conflict {
  readonly identity: string;
  readonly kind: IdentityKind;
  /** Member ids: who has it, then who says so too, the first first. */
  readonly people: readonly string[];
  readonly since: Date;
}

export interface Conflicts {
  /** The oldest first. */
  readonly shown: readonly Conflict[];
  readonly more: number;
}

const most = 5;

/** Those that no administrator has decided. */
export async function openConflicts(db: Kysely<Schema>): Promise<Conflicts> {
  const { rows } = await sql<Conflict & { readonly total: number }>`
    select identity, (array_agg(kind order by id))[1] as kind, min(claimed_at) as since,
      (array_agg(holder order by id desc))[1] || array_agg(claimant order by id) as people,
      (count(*) over ())::int as total
    from people_conflicts where decided_at is null and settled_at is null
    group by identity order by min(claimed_at), identity limit ${most}
  `.execute(db);
  return {
    shown: rows.map(({ identity, kind, people, since }) => ({ identity, kind, since, people: [...new Set(people)] })),
    more: (rows[0]?.total ?? rows.length) - rows.length,
  };
}

export interface Decision {
  readonly identity: string;
  /** One of those who say that it is theirs; null: nobody's. */
  readonly for: string | null;
  /** An administrator. */
  readonly by: string;
}

/** `gone`: there is nothing to decide any more. `left`: they are no full member now. */
export type Decided = 'decided' | 'gone' | 'left';

export async function decideConflict(
  dependencies: PeopleDependencies,
  { identity, for: slackId, by }: Decision,
): Promise<Decided> {
  const { db, now } = dependencies;
  if (slackId !== null) {
    const standing = (await standingsOf(dependencies, [slackId], 'few')).get(slackId);
    if (standing?.member === false) return 'left';
  }
  return locked(db, async (trx) => {
    const open = await trx
      .selectFrom('people_conflicts')
      .select(['kind', 'holder', 'claimant'])
      .where('identity', '=', identity)
      .where('decided_at', 'is', null)
      .where('settled_at', 'is', null)
      .orderBy('id')
      .execute();
    const [first] = open;
    const among = new Set(open.flatMap(({ holder, claimant }) => [holder, claimant]));
    if (first === undefined || (slackId !== null && !among.has(slackId))) return 'gone';
    await saveLink(trx, { identity, kind: first.kind, slackId, by, decided: true, now: now() });
    await trx
      .updateTable('people_conflicts')
      .set({ decided_by: by, decided_at: now(), decided_for: slackId })
      .where('identity', '=', identity)
      .where('decided_at', 'is', null)
      .where('settled_at', 'is', null)
      .execute();
    return 'decided';
  });
}

/** A person who has an identity is to hear that another says it is theirs. */
export interface Untold {
  readonly id: string;
  readonly identity: string;
  readonly holder: string;
  readonly claimant: string;
}

const mostTold = 20;

export async function untoldConflicts(db: Kysely<Schema>): Promise<readonly Untold[]> {
  return db
    .selectFrom('people_conflicts')
    .select(['id', 'identity', 'holder', 'claimant'])
    .where('told_at', 'is', null)
    .where('decided_at', 'is', null)
    .where('settled_at', 'is', null)
    .orderBy('id')
    .limit(mostTold)
    .execute();
}

export async function conflictTold(db: Kysely<Schema>, id: string, now: Date): Promise<void> {
  await db.updateTable('people_conflicts').set({ told_at: now }).where('id', '=', id).execute();
}

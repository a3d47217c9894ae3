import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Backport } from '../domain/backports/backport.ts';
import { streamGit } from '../git/stream-git.ts';
import type { Place } from './place.ts';
import type { Sides } from './sides.ts';

const timeout = 5 * 60_000;

/**
 * Commits of those of these backports that were merged to a branch of the reference and never deployed, where no branch
 * and no tag has the commit any more: whoever began it has given it up.
 */
export async function strandedIn(
  db: Kysely<Schema>,
  { origin, gitDir }: Sides,
  backports: readonly Backport[],
): Promise<ReadonlySet<string> | { readonly error: string }> {
  const open = backports.filter(({ rule, landedAt }) => rule === 'merge' && landedAt === null);
  if (open.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select backports.id from backports join changes on changes.id = backports.change_id and changes.kind = 'merge'
    where backports.id = any(${open.map(({ id }) => id)}::bigint[])
  `.execute(db);
  const waiting = new Set(rows.map(({ id }) => id));
  const wanted = new Set(
    open.filter(({ id }) => waiting.has(id)).flatMap(({ commits }) => commits.map(({ commit }) => commit)),
  );
  if (wanted.size === 0) return wanted;
  const read = await streamGit(origin, ['rev-list', '--branches', '--tags'], {
    gitDir,
    timeout,
    input: '',
    line: (commit) => {
      wanted.delete(commit);
    },
  });
  return read.outcome === 'done' ? wanted : { error: read.error };
}

/** Why it is expected no more. */
export function strandedNote({ reference }: Pick<Place, 'reference'>): string {
  return `no branch has it any more, and ${reference} never ran it`;
}

import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type Difference, type ParityReport, parityVerdicts } from '../domain/comparison/difference.ts';
import { type Viewer, isHidden, namesHidden } from '../domain/viewer.ts';

/**
 * The same comparison without what its viewer may not see: differences of restricted services, those of no service whose
 * key names one, and changes of theirs that are why something else differs. Score and coverage stay those of all.
 */
export async function visibleReport(db: Kysely<Schema>, whole: ParityReport, viewer: Viewer): Promise<ParityReport> {
  if (viewer.hidden.length === 0) return whole;
  const hides = namesHidden(viewer);
  const visible = whole.differences.filter(({ service, key }) => !isHidden(viewer, [service]) && !hides(service, key));
  const causes = await hiddenChanges(
    db,
    visible.flatMap(({ cause }) => cause?.changeId ?? []),
    viewer,
  );
  const differences = visible.map((difference) =>
    (difference.cause !== null && causes.has(difference.cause.changeId)) || hides(difference.why, difference.group)
      ? withoutCause(difference)
      : difference,
  );
  const ids = new Set(differences.map(({ id }) => id));
  const count = (verdict: Difference['verdict']) => differences.filter((each) => each.verdict === verdict).length;
  const counts = Object.fromEntries(parityVerdicts.map((verdict) => [verdict, count(verdict)]));
  return {
    ...whole,
    restricted: whole.differences.length - differences.length,
    differences,
    counts: counts as ParityReport['counts'],
    score: { ...whole.score, moved: whole.score.moved.filter(({ id }) => ids.has(id)) },
    collectors: whole.collectors
      .filter(({ collector }) => !hides(collector))
      .map((each) => ({ ...each, notSeen: each.notSeen.filter((words) => !hides(words)) })),
    rules: whole.rules.filter(
      ({ rule }) => !isHidden(viewer, [rule.service]) && !hides(rule.key, rule.reason, rule.impact, rule.owner),
    ),
  };
}

function withoutCause(difference: Difference): Difference {
  return {
    ...difference,
    cause: null,
    why: 'What explains it belongs to a restricted service.',
    group: `restricted ${difference.id}`,
  };
}

async function hiddenChanges(
  db: Kysely<Schema>,
  ids: readonly string[],
  { hidden }: Viewer,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select id::text from changes where id = any(${[...new Set(ids)]}::bigint[]) and services && ${[...hidden]}::text[]
  `.execute(db);
  return new Set(rows.map(({ id }) => id));
}

import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { historyFindings, usualRules } from '../domain/change-rules/registry.ts';
import type { ReleaseFacts } from '../domain/change-rules/rule.ts';
import type { Change } from '../domain/change.ts';
import { type ReleaseRules, expectedBy } from '../domain/release-rules.ts';
import type { Risk } from '../domain/risk.ts';
import { freezesIn } from './freezes.ts';
import { overridesOf } from './overrides.ts';
import { thoseThatSkipped } from './suspect-background.ts';

export interface HistoryDependencies {
  readonly db: Kysely<Schema>;
  readonly catalog: Pick<Catalog, 'rules'>;
  readonly releases: ReleaseRules;
}

const justified: ReadonlySet<Risk['name']> = new Set(['freeze', 'window']);

/**
 * The same changes, with the risks of which only the settings and the history know: made in a freeze or outside the release
 * window, with the reason that people gave, or in no mirror of its environment before. Looked up when asked: reasons, and
 * the deploys of a mirror, may be told late.
 */
export async function withHistoryRisks(
  { db, catalog, releases }: HistoryDependencies,
  changes: readonly Change[],
): Promise<readonly Change[]> {
  if (changes.length === 0) return changes;
  const times = changes.flatMap(({ occurredAt, finishedAt }) => [occurredAt, finishedAt ?? occurredAt]);
  const span = { from: earliest(times), to: latest(times) };
  const took = changes.filter(({ status }) => status !== 'failed' && status !== 'cancelled');
  const skipped = new Map((await thoseThatSkipped(db, releases.mirrors, took)).map((each) => [each.id, each]));
  const freezes = await freezesIn(db, releases, span);
  const isExpected = expectedBy(releases.window);
  const rules = catalog.rules ?? usualRules;
  const findingsOf = (change: Change, override: ReleaseFacts['override']): readonly Risk[] => {
    const found = skipped.get(change.id);
    const mirrors = releases.mirrors.get(change.environment ?? '') ?? [];
    const release = {
      freezes,
      isExpected,
      skipped: found === undefined ? null : { mirrors, later: found.mirrored },
      override,
    };
    return historyFindings({ ...change, traits: new Set(), release }, rules);
  };
  const found = new Map(changes.map((change) => [change.id, findingsOf(change, null)]));
  const asked = changes.filter(({ id }) => found.get(id)?.some(({ name }) => justified.has(name)) === true);
  const overrides = await overridesOf(db, asked);
  return changes.map((change) => {
    const override = overrides.get(change.id);
    const risks = override === undefined ? (found.get(change.id) ?? []) : findingsOf(change, override);
    return risks.length === 0 ? change : { ...change, risks: [...change.risks, ...risks] };
  });
}

function earliest(times: readonly Date[]): Date {
  return times.reduce((a, b) => (a < b ? a : b));
}

function latest(times: readonly Date[]): Date {
  return times.reduce((a, b) => (a > b ? a : b));
}

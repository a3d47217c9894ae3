import type { Change } from '../change.ts';
import { isDestructive } from '../destructive.ts';
import type { Breach } from '../release-rules.ts';
import { migratesWithCode } from '../schema-migration.ts';
import type { Background } from '../suspects.ts';
import { type Reason, foundRisks, furtherRisk, hundredths, riskWeights } from './weights.ts';

/** What makes a change likelier to hurt, the worst first, each further one counting less. */
export function riskReasons(
  change: Change,
  background: Background | undefined,
  breach: Breach | null,
): readonly Reason[] {
  const found = [...toldRisks(change), ...foundIn(change), ...known(background), ...broken(breach)];
  if (found.length === 0) return found;
  const bad = found.filter(({ weight }) => weight > 0).toSorted((a, b) => b.weight - a.weight);
  return [
    ...bad.map(({ text, weight }, index) => ({ text, weight: hundredths(weight * furtherRisk ** index) })),
    ...found.filter(({ weight }) => weight < 0),
  ];
}

function toldRisks(change: Change): readonly Reason[] {
  const own = change.risks.map((risk) => ({ text: risk.text, weight: riskWeights[risk.name] }));
  // What a rollback took out of production can do no harm there.
  const arrived = change.carried?.direction === 'forward' ? change.carried.pullRequests : [];
  const carried = arrived.flatMap((pullRequest) =>
    (pullRequest.risks ?? []).map((risk) => ({
      text: `carries #${pullRequest.number}: ${risk.text}`,
      weight: riskWeights[risk.name],
    })),
  );
  // One unreviewed pull request among many is as bad as the worst of them, not their sum: size says nothing.
  const [worst] = carried.toSorted((a, b) => b.weight - a.weight);
  return worst === undefined ? own : [...own, worst];
}

function foundIn(change: Change): readonly Reason[] {
  const { carried } = change;
  return [
    ...(isDestructive(change) ? [{ text: 'destroys or replaces what is there', weight: foundRisks.destructive }] : []),
    ...(carried?.direction === 'forward' && carried.lost > 0
      ? [{ text: 'lost commits that were live before', weight: foundRisks.lost }]
      : []),
    ...(migratesWithCode(change)
      ? [{ text: 'changes the schema together with code', weight: foundRisks.migrationWithCode }]
      : []),
  ];
}

function known(background: Background | undefined): readonly Reason[] {
  return [
    ...(background?.skippedStaging === true
      ? [{ text: 'was never in staging', weight: foundRisks.skippedStaging }]
      : []),
    ...(background?.newActor === true
      ? [{ text: 'the first change to this service by who made it', weight: foundRisks.newActor }]
      : []),
  ];
}

function broken(breach: Breach | null): readonly Reason[] {
  if (breach === null) return [];
  return breach.rule === 'freeze'
    ? [{ text: `made in the freeze ${breach.name}`, weight: foundRisks.freeze }]
    : [{ text: 'outside the release window', weight: foundRisks.window }];
}

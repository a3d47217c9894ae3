import { personName } from '../change-words.ts';
import type { Change } from '../change.ts';
import { isDestructive } from '../destructive.ts';
import type { Breach } from '../release-rules.ts';
import { migratesWithCode } from '../schema-migration.ts';
import type { Background } from '../suspects.ts';
import { type Reason, foundRisks, furtherRisk, hundredths, riskWeights } from './weights.ts';

const none: readonly Reason[] = [];

/** What makes a change likelier to hurt, the worst first, each further one counting less. */
export function riskReasons(
  change: Change,
  background: Background | undefined,
  breach: Breach | null,
): readonly Reason[] {
  const found: Reason[] = [];
  tell(change, found);
  tellCarried(change, found);
  if (isDestructive(change)) found.push({ text: 'destroys or replaces what is there', weight: foundRisks.destructive });
  if (migratesWithCode(change)) {
    found.push({ text: 'changes the schema together with code', weight: foundRisks.migrationWithCode });
  }
  if (background !== undefined) tellBackground(change, background, found);
  if (breach !== null) found.push(breachReason(breach));
  return found.length === 0 ? none : inTurn(found);
}

function inTurn(found: readonly Reason[]): readonly Reason[] {
  const bad = found.filter(({ weight }) => weight > 0).toSorted((a, b) => b.weight - a.weight);
  return [
    ...bad.map(({ text, weight }, index) => ({ text, weight: hundredths(weight * furtherRisk ** index) })),
    ...found.filter(({ weight }) => weight < 0),
  ];
}

function tell({ risks }: Change, found: Reason[]): void {
  for (const { name, text } of risks) {
    const weight = riskWeights[name];
    if (weight !== 0) found.push({ text, weight });
  }
}

/** What a rollback took out of production can do no harm there. */
function tellCarried({ carried, risks }: Change, found: Reason[]): void {
  if (carried === null || carried.direction === 'backward') return;
  // That a fix is among them says the same, and more.
  const isFix = risks.some(({ name }) => name === 'reverts-fix');
  if (carried.lost > 0 && !isFix) found.push({ text: 'lost commits that were live before', weight: foundRisks.lost });
  // One unreviewed pull request among many is as bad as the worst of them, not their sum: size says nothing.
  let worst: Reason | null = null;
  for (const { number, risks = [] } of carried.pullRequests) {
    for (const { name, text } of risks) {
      const weight = riskWeights[name];
      if (weight > (worst?.weight ?? 0)) worst = { text: `carries #${number}: ${text}`, weight };
    }
  }
  if (worst !== null) found.push(worst);
}

function tellBackground(change: Change, { skippedStaging, newActor }: Background, found: Reason[]): void {
  if (skippedStaging) found.push({ text: 'skipped staging', weight: foundRisks.skippedStaging });
  if (newActor) {
    const who = personName(change.actor) ?? 'who made it';
    found.push({ text: `${who} made none of the deploys before it`, weight: foundRisks.newActor });
  }
}

function breachReason(breach: Breach): Reason {
  if (breach.rule === 'window') return { text: 'outside the release window', weight: foundRisks.window };
  return { text: `made in the freeze ${breach.name}`, weight: foundRisks.freeze };
}

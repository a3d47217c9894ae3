import type { Change } from '../domain/change.ts';
import { dependenciesOf } from '../domain/dependencies.ts';
import type { Fault } from '../domain/fault.ts';
import type { ReleaseRules } from '../domain/release-rules.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type Ranking, type SuspectContext, rankSuspects } from '../domain/suspects.ts';
import { type BackgroundDependencies, backgroundOf } from './suspect-background.ts';

export interface SuspectDependencies extends Omit<BackgroundDependencies, 'mirrors'> {
  readonly catalog: Catalog;
  readonly releases: ReleaseRules;
}

/** The history is asked about so many that stand highest without it: it adds little, and lifts no other among them. */
const contenders = 25;

/** Which of `changes` may have caused a fault, by all that the settings and the history tell of them. */
export async function findSuspects(
  { catalog, releases, ...dependencies }: SuspectDependencies,
  changes: readonly Change[],
  { fault, now, most }: { readonly fault: Fault; readonly now: Date; readonly most: number },
): Promise<Ranking> {
  const context: SuspectContext = {
    ...fault,
    now,
    dependsOn: dependenciesOf(catalog),
    background: new Map(),
    releases,
  };
  const first = rankSuspects(changes, context, contenders).suspects.map(({ change }) => change);
  const background = await backgroundOf({ ...dependencies, mirrors: releases.mirrors }, first);
  return rankSuspects(changes, { ...context, background }, most);
}

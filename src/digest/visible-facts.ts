import type { DigestFacts, DigestScope, PairFacts } from '../domain/digest/facts.ts';
import { isHidden, namesHidden } from '../domain/viewer.ts';
import type { DigestSources } from './gather.ts';

/**
 * The same without what those may not see who read it where that is told: restricted services, keys that name one, and
 * changes of theirs by which something else got better. Scores stay those of all.
 */
export async function visibleFacts(
  { viewerIn, visible }: Pick<DigestSources, 'viewerIn' | 'visible'>,
  facts: DigestFacts,
  scope: DigestScope,
): Promise<DigestFacts> {
  const viewer = viewerIn(scope);
  if (viewer.hidden.length === 0) return facts;
  const names = namesHidden(viewer);
  const pairs: PairFacts[] = [];
  for (const pair of facts.pairs) pairs.push({ ...pair, report: await visible(pair.report, viewer) });
  return {
    ...facts,
    pairs,
    drifts: facts.drifts
      .filter(({ service, key }) => !isHidden(viewer, [service]) && !names(key))
      .map((drift) =>
        drift.change !== null && isHidden(viewer, drift.change.services) ? { ...drift, change: null } : drift,
      ),
    alarms: facts.alarms.filter(({ services, title }) => !isHidden(viewer, services) && !names(title)),
    risks: { ...facts.risks, found: facts.risks.found.filter(({ services }) => !isHidden(viewer, services)) },
  };
}

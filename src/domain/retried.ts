import { isDeploy, tookEffect } from './change-words.ts';
import type { Change } from './change.ts';

/**
 * For failed deploys: the first later deploy of the place that went well. What of the failed one was live by then has
 * been replaced, and what it brought is brought by that one if at all.
 */
export function retries(changes: readonly Change[]): (failed: Change) => Change | null {
  const good = new Map<string, Change[]>();
  if (changes.some(isFailed)) {
    for (const change of changes) {
      if (!isDeploy(change) || (change.status !== null && change.status !== 'succeeded')) continue;
      const place = placeOf(change);
      const known = good.get(place);
      if (known === undefined) good.set(place, [change]);
      else known.push(change);
    }
  }
  return (failed) => {
    if (!isFailed(failed)) return null;
    const later = (good.get(placeOf(failed)) ?? []).filter(
      (each) => each.occurredAt >= failed.occurredAt && tookEffect(each) > tookEffect(failed),
    );
    return later.length === 0 ? null : later.reduce((first, each) => (isEarlier(each, first) ? each : first));
  };
}

function isFailed(change: Change): boolean {
  return change.status === 'failed' && isDeploy(change);
}

function placeOf({ environment, services }: Change): string {
  return [environment ?? '', ...services].join('\n');
}

function isEarlier(a: Change, b: Change): boolean {
  return (tookEffect(a).getTime() - tookEffect(b).getTime() || (a.id < b.id ? -1 : 1)) < 0;
}

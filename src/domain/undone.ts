import type { Change, Kind } from './change.ts';
import { isDeploy, tookEffect } from './change-words.ts';
import { revertedIn, revertible } from './revert-title.ts';
import { sameSubject } from './subject.ts';

/** The change by which `change` was taken back, if one of `changes` did; a drift that is over tells so itself. */
export function undoneBy(change: Change, changes: readonly Change[]): Change | null {
  return undoings(changes)(change);
}

/** The same, asked of many: what `changes` say is looked through once. */
export function undoings(changes: readonly Change[]): (change: Change) => Change | null {
  const index = indexOf(changes);
  return (change) => {
    if (change.kind === 'drift' && change.status === 'succeeded' && change.finishedAt !== null) return change;
    const found = [isDeploy(change) ? replaced(change, index) : setBack(change, index), reverted(change, index)].filter(
      (each) => each !== null,
    );
    return found.toSorted(earlierFirst)[0] ?? null;
  };
}

interface Index {
  /** By place, deploys and rollbacks that went well, in the order in which they took effect. */
  readonly deploys: ReadonlyMap<string, readonly Change[]>;
  /** All others that went well, by place and by what they set. */
  readonly settings: ReadonlyMap<string, readonly Change[]>;
  /** By what a title calls the thing that it reverts. */
  readonly reverts: ReadonlyMap<string, readonly Change[]>;
}

function indexOf(changes: readonly Change[]): Index {
  const live = changes.filter(({ status }) => status === null || status === 'succeeded').toSorted(earlierFirst);
  const settings = live.filter((change) => !isDeploy(change) && !without.includes(change.kind));
  return {
    deploys: grouped(live.filter(isDeploy), (change) => [placeOf(change)]),
    settings: grouped(settings, (change) => {
      const set = whatItSet(change);
      return set === null ? [] : [keyOf(change, set)];
    }),
    reverts: grouped(live, revertedIn),
  };
}

/** They set nothing. */
const without: readonly Kind[] = ['merge', 'note'];

function grouped(
  changes: readonly Change[],
  keysOf: (change: Change) => readonly string[],
): ReadonlyMap<string, readonly Change[]> {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    for (const key of keysOf(change)) {
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push(change);
    }
  }
  return groups;
}

/** A later deploy of the place that went to what was there before, or to anything older. */
function replaced(change: Change, { deploys }: Index): Change | null {
  const later = (deploys.get(placeOf(change)) ?? []).filter((each) => follows(each, change));
  const since = new Set<string | null>([versionOf(change.to)]);
  for (const each of later) {
    const to = versionOf(each.to);
    const before = versionOf(change.from);
    const restored =
      (to !== null && to === before && to !== versionOf(change.to)) ||
      (each.commit !== null && each.commit === change.previousCommit && each.commit !== change.commit);
    // It went back to something that came neither with this change nor after it.
    if (restored || (goesBack(each) && (to === null ? since.size === 1 : !since.has(to)))) return each;
    since.add(to);
  }
  return null;
}

function goesBack({ kind, carried }: Change): boolean {
  return kind === 'rollback' || carried?.direction === 'backward';
}

/** A later change of the same that left it as it was before. */
function setBack(change: Change, { settings }: Index): Change | null {
  const was = whatWasSet(change);
  if (was === null || was === whatItSet(change)) return null;
  const found = settings.get(keyOf(change, was)) ?? [];
  return found.find((each) => follows(each, change) && sameSubject(each, change)) ?? null;
}

/** A later change that says in its title that it reverts this one, once that is live. */
function reverted(change: Change, { reverts, deploys }: Index): Change | null {
  for (const name of revertible(change)) {
    for (const revert of reverts.get(name) ?? []) {
      if (!follows(revert, change) || !concernsSame(revert, change)) continue;
      if (revert.kind !== 'merge' || change.kind === 'config') return revert;
      const delivered = deploys.get(placeOf(change))?.find((each) => tookEffect(each) > tookEffect(revert));
      if (delivered !== undefined) return delivered;
    }
  }
  return null;
}

function concernsSame(revert: Change, change: Change): boolean {
  if (revert.environment !== null && revert.environment !== change.environment) return false;
  if (revert.repository !== null && revert.repository === change.repository) return true;
  return revert.services.length === 0 || revert.services.some((service) => change.services.includes(service));
}

function follows(later: Change, change: Change): boolean {
  return later.id !== change.id && later.occurredAt >= change.occurredAt && tookEffect(later) >= tookEffect(change);
}

function placeOf({ environment, services }: Change): string {
  return JSON.stringify([environment, ...services]);
}

function keyOf(change: Change, set: string): string {
  return `${placeOf(change)} ${change.kind} ${set}`;
}

function whatItSet(change: Change): string | null {
  return valuesOf(change, change.after, change.to);
}

function whatWasSet(change: Change): string | null {
  return valuesOf(change, change.before, change.from);
}

/** By the names that either side has: what one side lacks was not there. */
function valuesOf({ before, after }: Change, side: Change['before'], version: string | null): string | null {
  if (before === null && after === null) return version === null ? null : `version ${versionOf(version)}`;
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].toSorted();
  return names.length === 0 ? null : JSON.stringify(names.map((name) => [name, side?.[name] ?? null]));
}

/** `v1.4.0` and `1.4.0` are one version. */
function versionOf(version: string | null): string | null {
  return version === null ? null : version.toLowerCase().replace(/^v(?=\d)/, '');
}

function earlierFirst(a: Change, b: Change): number {
  return tookEffect(a).getTime() - tookEffect(b).getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

import type { Change } from './change.ts';
import { isDeploy, tookEffect } from './change-words.ts';
import { revertedIn, revertible } from './revert-title.ts';
import { sameSubject } from './subject.ts';

/** The change by which `change` was taken back, if one of `changes` did; a drift that is over tells so itself. */
export function undoneBy(change: Change, changes: readonly Change[]): Change | null {
  return undoings(changes)(change);
}

/** The same, asked of many: what `changes` say is looked through once. */
export function undoings(changes: readonly Change[]): (change: Change) => Change | null {
  const live = changes
    .filter(({ kind, status }) => kind !== 'note' && (status === null || status === 'succeeded'))
    .toSorted(earlierFirst);
  const deploys = deploysIn(live.filter(isDeploy));
  const settings = grouped(
    live.filter((change) => !isDeploy(change)),
    settingOf,
  );
  const reverts = revertsIn(live);
  const known = new Map<Change, Change | null>();
  return (change) => {
    const before = known.get(change);
    if (before !== undefined) return before;
    const found = find(change);
    known.set(change, found);
    return found;
  };

  function find(change: Change): Change | null {
    if (change.kind === 'drift' && change.status === 'succeeded' && change.finishedAt !== null) return change;
    const back = isDeploy(change) ? replaced(change, deploys) : setBack(change, settings);
    const revert = reverts.size === 0 ? null : reverted(change, reverts, deploys);
    if (back === null || revert === null) return back ?? revert;
    return earlierFirst(back, revert) <= 0 ? back : revert;
  }
}

/** By something that they have in common, changes in the order in which they took effect. */
type Groups = ReadonlyMap<string, readonly Change[]>;

/** Deploys and rollbacks that went well. Whether they are of one place is seen when they are looked at. */
interface Deploys {
  readonly ofService: Groups;
  readonly ofVersion: Groups;
  readonly ofCommit: Groups;
  readonly back: Groups;
}

function deploysIn(deploys: readonly Change[]): Deploys {
  return {
    ofService: grouped(deploys, serviceOf),
    ofVersion: grouped(deploys, ({ to }) => (to === null ? null : versionOf(to))),
    ofCommit: grouped(deploys, ({ commit }) => commit),
    back: grouped(deploys.filter(goesBack), serviceOf),
  };
}

function grouped(changes: readonly Change[], keyOf: (change: Change) => string | null): Groups {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const key = keyOf(change);
    if (key !== null) add(groups, key, change);
  }
  return groups;
}

/** By what their titles call the thing that they revert. */
function revertsIn(changes: readonly Change[]): Groups {
  const groups = new Map<string, Change[]>();
  for (const change of changes) for (const name of revertedIn(change)) add(groups, name, change);
  return groups;
}

function add(groups: Map<string, Change[]>, key: string, change: Change): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [change]);
  else group.push(change);
}

/** A later deploy of the place that went to what was there before, or to anything older. */
function replaced(change: Change, deploys: Deploys): Change | null {
  const first = (group: readonly Change[] | undefined, holds: (each: Change) => boolean = () => true) =>
    group?.find((each) => isSamePlace(each, change) && follows(each, change) && holds(each)) ?? null;
  const { from, to, commit, previousCommit } = change;
  const isStep = from !== null && (to === null || versionOf(from) !== versionOf(to));
  const found = [
    isStep ? first(deploys.ofVersion.get(versionOf(from))) : null,
    previousCommit !== null && previousCommit !== commit ? first(deploys.ofCommit.get(previousCommit)) : null,
    first(deploys.back.get(serviceOf(change)), (each) => goesPast(each, change, deploys)),
  ].filter((each) => each !== null);
  return found.toSorted(earlierFirst)[0] ?? null;
}

function goesBack({ kind, carried }: Change): boolean {
  return kind === 'rollback' || carried?.direction === 'backward';
}

/** It went back to something that came neither with the change nor between the two. */
function goesPast(back: Change, change: Change, { ofService, ofVersion }: Deploys): boolean {
  const isBetween = (each: Change) =>
    each.id !== back.id && isSamePlace(each, change) && follows(each, change) && follows(back, each);
  // Of one that does not say where to, all that is known is that it took the last one back.
  if (back.to === null) return !(ofService.get(serviceOf(change)) ?? []).some(isBetween);
  const version = versionOf(back.to);
  if (change.to !== null && versionOf(change.to) === version) return false;
  return !(ofVersion.get(version) ?? []).some(isBetween);
}

/** A later change of the same that left it as it was before. */
function setBack(change: Change, settings: Groups): Change | null {
  const was = valuesOf(change, change.before, change.from);
  if (was === null || was === valuesOf(change, change.after, change.to)) return null;
  const found = settings.get(settingKey(change, was));
  return found?.find((each) => follows(each, change) && sameSubject(each, change)) ?? null;
}

/** A later change that says in its title that it reverts this one, once that is live. */
function reverted(change: Change, reverts: Groups, { ofService }: Deploys): Change | null {
  for (const name of revertible(change)) {
    for (const revert of reverts.get(name) ?? []) {
      if (!follows(revert, change) || !concernsSame(revert, change)) continue;
      if (revert.kind !== 'merge' || change.kind === 'config') return revert;
      const delivered = ofService
        .get(serviceOf(change))
        ?.find((each) => isSamePlace(each, change) && tookEffect(each) > tookEffect(revert));
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

function serviceOf({ services }: Change): string {
  return services[0] ?? '';
}

function isSamePlace(a: Change, b: Change): boolean {
  if (a.environment !== b.environment || a.services.length !== b.services.length) return false;
  return a.services.every((service, index) => service === b.services[index]);
}

function settingOf(change: Change): string | null {
  const set = valuesOf(change, change.after, change.to);
  return set === null ? null : settingKey(change, set);
}

function settingKey({ kind, environment, services }: Change, set: string): string {
  return `${kind}\n${environment ?? ''}\n${services.join('\n')}\n${set}`;
}

/** By the names that either side has: what one side lacks was not there. */
function valuesOf({ before, after }: Change, side: Change['before'], version: string | null): string | null {
  if (before === null && after === null) return version === null ? null : `version ${versionOf(version)}`;
  const names = namesOf(before, after);
  return names.length === 0 ? null : JSON.stringify(names.map((name) => [name, side?.[name] ?? null]));
}

function namesOf(before: Change['before'], after: Change['after']): readonly string[] {
  const names = Object.keys(before ?? {});
  for (const name in after) if (Object.hasOwn(after, name) && !names.includes(name)) names.push(name);
  return names.length < 2 ? names : names.toSorted();
}

/** `v1.4.0` and `1.4.0` are one version. */
function versionOf(version: string): string {
  return version.toLowerCase().replace(/^v(?=\d)/, '');
}

function earlierFirst(a: Change, b: Change): number {
  return tookEffect(a).getTime() - tookEffect(b).getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

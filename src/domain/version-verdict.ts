/** What is known of the one deploy that counts, or of one before it. */
export interface DeployedVersion {
  readonly changeId: string;
  readonly at: Date;
  readonly rollback: boolean;
  readonly repository: string | null;
  readonly commit: string | null;
  /** As people call it: `1.42.0`; lower-case, without a `v` in front. */
  readonly version: string | null;
}

/** Whether one commit is part of another's history; null: nobody can tell. */
export interface Ancestry {
  readonly referenceInMirror: boolean | null;
  readonly mirrorInReference: boolean | null;
}

export interface VersionVerdict {
  readonly verdict: 'equal' | 'pending-promotion' | 'reference-only' | 'explained' | 'unknown';
  /** Since when they differ so. */
  readonly since: Date | null;
  /** The deploy that made it so. */
  readonly causeId: string | null;
  readonly why: string;
}

export interface VersionsApart {
  readonly names: { readonly reference: string; readonly mirror: string };
  /** Successful deploys of one service there, newest first; the first is what runs. */
  readonly reference: readonly DeployedVersion[];
  readonly mirror: readonly DeployedVersion[];
  readonly ancestry: Ancestry;
}

/** So many deploys none of which came through the mirror tell that builds have other names there. */
const enough = 5;

/**
 * What to make of two environments that run something of one service. A version that may be the same under another
 * name, or that cannot be placed in the mirror's history, is unknown rather than a hotfix.
 */
export function versionVerdict({ names, reference, mirror, ancestry }: VersionsApart): VersionVerdict {
  const [runs] = reference;
  const [runsInMirror] = mirror;
  if (runs === undefined || runsInMirror === undefined)
    return unknown(`no deploy to ${runs === undefined ? names.reference : names.mirror} is known`);
  if (!isNamed(runs) || !isNamed(runsInMirror))
    return unknown(`what was deployed to ${isNamed(runs) ? names.mirror : names.reference} names no version`);
  if (isSame(runs, runsInMirror))
    return { verdict: 'equal', since: null, causeId: null, why: 'the same version runs in both' };

  const hadIt = mirror.findIndex((each) => isSame(each, runs));
  if (hadIt > 0) return mirrorMoved(names, mirror, hadIt);
  if (ancestry.referenceInMirror === true)
    return pending(runsInMirror, `${names.mirror} runs what contains ${labelOf(runs)}, and more`);
  if (ancestry.mirrorInReference !== true && hasOwnBuilds(reference, mirror))
    return unknown(`no version of ${names.reference} was ever seen in ${names.mirror}: its builds have other names`);
  const contained = ancestry.referenceInMirror === false ? ', nor anything that contains it' : '';
  return {
    verdict: 'reference-only',
    since: arrivedAt(reference),
    causeId: reference[lastOfRun(reference)]?.changeId ?? runs.changeId,
    why: `${names.mirror} never had ${labelOf(runs)}${contained}`,
  };
}

/** The mirror had what the reference runs: it went on, or back. */
function mirrorMoved(names: VersionsApart['names'], mirror: readonly DeployedVersion[], hadIt: number): VersionVerdict {
  // The deploy after the last time that it ran there is when they parted.
  const parted = mirror[hadIt - 1];
  const had = mirror[hadIt];
  if (parted === undefined || had === undefined) return unknown('');
  if (!parted.rollback) return pending(parted, `${names.mirror} has moved on from ${labelOf(had)}`);
  return {
    verdict: 'explained',
    since: parted.at,
    causeId: parted.changeId,
    why: `${names.mirror} had ${labelOf(had)} and was rolled back to ${labelOf(parted)}`,
  };
}

function pending({ at, changeId }: DeployedVersion, why: string): VersionVerdict {
  return { verdict: 'pending-promotion', since: at, causeId: changeId, why };
}

function unknown(why: string): VersionVerdict {
  return { verdict: 'unknown', since: null, causeId: null, why };
}

/** Deploys of the same again are no news: how far back the run of it goes. */
function lastOfRun(deploys: readonly DeployedVersion[]): number {
  const [runs] = deploys;
  const other = deploys.findIndex((each) => runs !== undefined && !isSame(each, runs));
  return (other === -1 ? deploys.length : other) - 1;
}

function arrivedAt(deploys: readonly DeployedVersion[]): Date | null {
  return deploys[lastOfRun(deploys)]?.at ?? null;
}

function hasOwnBuilds(reference: readonly DeployedVersion[], mirror: readonly DeployedVersion[]): boolean {
  const earlier = reference.slice(lastOfRun(reference) + 1).filter(isNamed);
  if (earlier.length === 0) return mirror.length < enough;
  return !earlier.some((each) => mirror.some((other) => isSame(each, other)));
}

function isNamed({ commit, version }: DeployedVersion): boolean {
  return (commit ?? version) !== null;
}

/** A number as a version names one build; `main` or `latest` names whatever its commit is. */
const numbered = /\d+\.\d+/;

function isSame(a: DeployedVersion, b: DeployedVersion): boolean {
  if (a.commit !== null && a.commit === b.commit) return true;
  if (a.version === null || a.version !== b.version) return false;
  const commitsDiffer = a.commit !== null && b.commit !== null && a.repository === b.repository;
  return !commitsDiffer || numbered.test(a.version);
}

function labelOf({ version, commit }: DeployedVersion): string {
  return version ?? commit?.slice(0, 7) ?? 'it';
}

import type { Facet } from '../facts/fact.ts';
import type { Cause, Pair, ParityVerdict, Side } from './difference.ts';

/** The version that the timeline says a service runs. */
export interface ToldRunning {
  readonly version: string;
  readonly at: Date;
  readonly changeId: string;
}

/** Versions of a service in two environments as the timeline has them, judged. */
export interface ToldVersions {
  readonly service: string;
  readonly reference: ToldRunning | null;
  readonly mirror: ToldRunning | null;
  readonly verdict: 'equal' | ParityVerdict;
  readonly since: Date | null;
  readonly cause: Cause | null;
  readonly why: string;
}

/** What the timeline says a flag is set to. */
export interface ToldFlag {
  readonly key: string;
  readonly state: string;
  readonly at: Date;
  readonly changeId: string;
}

/** What no collector saw and changes tell: like a fact of a collector, judged by what told of it. */
export interface Told {
  readonly service: string | null;
  readonly facet: Facet;
  readonly key: string;
  readonly reference: Side | null;
  readonly mirror: Side | null;
  readonly verdict: 'equal' | ParityVerdict;
  readonly since: Date | null;
  readonly cause: Cause | null;
  readonly why: string;
}

export const versionKey = 'deployed';

export function toldVersion({ service, reference, mirror, ...judged }: ToldVersions): Told {
  const side = (running: ToldRunning | null) => (running === null ? null : sideOf(running.version, running.at));
  return { ...judged, service, facet: 'version', key: versionKey, reference: side(reference), mirror: side(mirror) };
}

/** Flags of two environments: the one that was set last made them differ. */
export function toldFlags(pair: Pair, reference: readonly ToldFlag[], mirror: readonly ToldFlag[]): readonly Told[] {
  const here = new Map(reference.map((flag) => [flag.key, flag]));
  const there = new Map(mirror.map((flag) => [flag.key, flag]));
  return [...new Set([...here.keys(), ...there.keys()])].map((key) => {
    const [one = null, other = null] = [here.get(key), there.get(key)];
    return {
      service: null,
      facet: 'flag',
      key,
      reference: one === null ? null : sideOf(one.state, one.at),
      mirror: other === null ? null : sideOf(other.state, other.at),
      ...judgeFlag(pair, one, other),
    };
  });
}

function judgeFlag(
  pair: Pair,
  one: ToldFlag | null,
  other: ToldFlag | null,
): Pick<Told, 'verdict' | 'since' | 'cause' | 'why'> {
  if (one === null || other === null) {
    const silent = one === null ? pair.reference : pair.mirror;
    return { verdict: 'unknown', since: null, cause: null, why: `Nothing was told of it in ${silent}.` };
  }
  const later = other.at >= one.at ? other : one;
  const since = later.at;
  if (one.state === other.state) return { verdict: 'equal', since, cause: null, why: 'It is set to the same.' };
  const place = later === other ? pair.mirror : pair.reference;
  const why = `It was set in ${place} last.`;
  const cause: Cause = {
    changeId: later.changeId,
    kind: 'flag',
    title: `flag ${later.key} set to ${later.state} in ${place}`,
    at: later.at,
    url: null,
    confidence: 'certain',
    why,
  };
  return { verdict: later === other ? 'pending-promotion' : 'reference-only', since, cause, why };
}

function sideOf(value: string, since: Date): Side {
  return { value, secret: false, since, after: since, collector: 'timeline' };
}

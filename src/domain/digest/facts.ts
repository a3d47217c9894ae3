import type { BackportPull } from '../backports/pull.ts';
import type { Backport } from '../backports/backport.ts';
import type { RuleName } from '../change-rules/rule.ts';
import type { Pair, ParityReport } from '../comparison/difference.ts';

/** What all digests of one moment are composed of. */
export interface DigestFacts {
  readonly at: Date;
  /** Begin of the week that is told of. */
  readonly since: Date;
  /** The usual one first. */
  readonly pairs: readonly PairFacts[];
  /** That are not home yet, oldest first. */
  readonly backports: readonly BackportFacts[];
  /** That the mirror has run since `since`. */
  readonly home: readonly BackportFacts[];
  /** When a fix of a service was home last. */
  readonly settled: readonly SettledService[];
  /** Twelve weeks, oldest first; the last is now. */
  readonly weeks: readonly WeekOfBackports[];
  readonly drifts: readonly EndedDrift[];
  readonly alarms: readonly EndedAlarm[];
  /** Who looks after a service, as people call them; null: nobody is named. */
  readonly ownerOf: (service: string | null) => string | null;
  /** One line about delivery, where it is measured. */
  readonly measures: string | null;
  /** What the rules on changes found in the week. */
  readonly risks: RisksFound;
}

export interface RisksFound {
  readonly found: readonly {
    readonly rule: RuleName;
    readonly services: readonly string[];
    /** People said why. */
    readonly justified: boolean;
  }[];
  /** Only so many, the newest, were looked at; null: all. */
  readonly newest: number | null;
}

export interface PairFacts {
  readonly report: ParityReport;
  /** One for each day on which it was compared, of the last twelve weeks, oldest first. */
  readonly scores: readonly DayScore[];
  /** What runs where, by service, as the timeline tells it. */
  readonly versions: ReadonlyMap<string, RunningVersions>;
}

export interface DayScore {
  /** `2026-11-23`, in UTC. */
  readonly day: string;
  readonly score: number | null;
  readonly coverage: number;
  readonly unexplained: number;
}

export interface RunningVersions {
  readonly reference: string | null;
  readonly mirror: string | null;
}

export interface BackportFacts {
  readonly backport: Backport;
  readonly pull: BackportPull | null;
  /** Who looks after it, as people call them. */
  readonly owner: string | null;
}

export interface SettledService {
  readonly pair: Pair;
  readonly service: string;
  readonly at: Date;
}

export interface WeekOfBackports {
  readonly at: Date;
  readonly open: readonly OpenBackports[];
}

/** How many backports of one service were not home. */
export interface OpenBackports {
  readonly pair: Pair;
  /** Null: of none. */
  readonly service: string | null;
  readonly count: number;
}

/** What nobody could explain, and is over. */
export interface EndedDrift {
  readonly environment: string;
  readonly service: string | null;
  readonly key: string;
  readonly ended: 'explained' | 'cleared';
  readonly at: Date;
  /** The change that explains it. */
  readonly change: {
    readonly title: string;
    readonly actor: string | null;
    readonly services: readonly string[];
  } | null;
}

/** A group of differences that alarmed, and is equal again. */
export interface EndedAlarm {
  readonly title: string;
  readonly services: readonly string[];
  readonly at: Date;
}

/** What a channel is told of. */
export interface DigestScope {
  /** Null: everything. */
  readonly services: ReadonlySet<string> | null;
  /** Services that are shown only where they are asked for by name. */
  readonly restricted: ReadonlySet<string>;
}

/** A channel that gets a digest. */
export interface DigestTarget {
  /** As the settings write it: `#parity` or an id. */
  readonly named: string;
  readonly scope: DigestScope;
}

export function isInScope({ services, restricted }: DigestScope, service: string | null): boolean {
  if (services !== null) return service !== null && services.has(service);
  return service === null || !restricted.has(service);
}

/** Of what is about several: whether it may be told, and concerns the channel. */
export function areInScope(scope: DigestScope, services: readonly string[]): boolean {
  if (services.length === 0) return isInScope(scope, null);
  if (scope.services !== null) return services.some((each) => isInScope(scope, each));
  return services.every((each) => isInScope(scope, each));
}

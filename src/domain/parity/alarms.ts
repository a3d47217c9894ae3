import type { Difference, Pair, ParityReport, ParityVerdict } from '../comparison/difference.ts';
import { type DifferenceGroup, groupPlace, groupServices, groupTitle, groupsOf } from './groups.ts';
import { type Suggestion, suggestIntended } from './suggestions.ts';
import { differSince, sidesWords } from './words.ts';
import { shorten } from '../shorten.ts';

export const alarmVerdicts = ['forbidden-equality', 'unexplained'] as const satisfies readonly ParityVerdict[];
export type AlarmVerdict = (typeof alarmVerdicts)[number];
/** What becomes of an alarm: equal again, or the verdict that its differences have now. */
export type Ended = 'equal' | 'reference-only' | 'pending-promotion' | 'explained' | 'intended';
export const muteReasons = ['noise', 'known', 'wrong', 'other'] as const;
export type MutedWhy = (typeof muteReasons)[number];

/** What is told of a group, in words from outside. */
export interface AlarmWords {
  readonly title: string;
  readonly place: string;
  readonly services: readonly string[];
  readonly count: number;
  /** `PAYMENT_TIMEOUT: production 30s, staging 5s`, of a few. */
  readonly lines: readonly string[];
  readonly why: string;
  /** ISO 8601; null: nobody knows. */
  readonly since: string | null;
}

export interface KnownAlarm {
  readonly id: string;
  readonly group: string;
  readonly verdict: AlarmVerdict;
  readonly differenceIds: readonly string[];
}

/** What there was when the two were compared for the first time. */
export interface FirstLook {
  /** Empty: all of them. */
  readonly collectors: readonly string[];
  readonly facts: number;
  readonly equal: number;
  readonly score: number | null;
  readonly coverage: number;
  readonly forbidden: number;
  readonly unexplained: number;
  /** The first few, in words. */
  readonly worst: readonly AlarmWords[];
  readonly suggestions: readonly Suggestion[];
}

export interface AlarmPlan {
  /** Of a first look: remembered, told together and no alarms. */
  readonly found: readonly DifferenceGroup[];
  readonly opened: readonly DifferenceGroup[];
  readonly still: readonly {
    readonly id: string;
    readonly group: DifferenceGroup;
    /** All that it ever had: what comes back to it is no news. */
    readonly differenceIds: readonly string[];
  }[];
  readonly ended: readonly { readonly id: string; readonly ended: Ended; readonly by: string | null }[];
  /** Collectors of which it is the first look; their differences alarm nobody. */
  readonly looked: readonly string[];
  /** Null: there is nothing to say of a first look. */
  readonly firstLook: FirstLook | null;
}

export interface AlarmsSoFar {
  /** Those that are there. */
  readonly open: readonly KnownAlarm[];
  /** Those of which nobody wants to hear again. */
  readonly muted: readonly KnownAlarm[];
  /** Collectors that were looked at before. */
  readonly looked: ReadonlySet<string>;
}

/** A difference may be explained by a change that is told late: until then it alarms nobody. */
export const patience = 30 * 60_000;
const mostLines = 3;
const mostWorst = 5;

/**
 * What a new comparison says to those who are to be told. A group that is told of stays so until none of its differences
 * alarm any more, whatever it is called meanwhile; what cannot be seen now is not over.
 */
export function planAlarms(report: ParityReport, { open, muted, looked }: AlarmsSoFar): AlarmPlan {
  const alarming = report.differences.filter(isAlarming);
  const told = new Set(open.flatMap(({ verdict, differenceIds }) => differenceIds.map((id) => `${verdict} ${id}`)));
  const newlyLooked = collectorsOf(report).filter((collector) => !looked.has(collector));
  const unlooked = new Set(newlyLooked);
  const isFirst = looked.size === 0;
  const inFirstLook = ({ reference, mirror }: Difference) =>
    isFirst || unlooked.has((mirror ?? reference)?.collector ?? '');

  const fresh = groupsOf(alarming.filter(({ id, verdict }) => !told.has(`${verdict} ${id}`)));
  const first = fresh.filter(({ differences }) => differences.every(inFirstLook));
  const opened = fresh.filter(
    (group) =>
      !first.includes(group) &&
      isRipe(group, report.at) &&
      !open.some((alarm) => alarm.group === group.id && alarm.verdict === group.verdict) &&
      !muted.some((alarm) => isMuted(alarm, group)),
  );
  const by = new Map(report.differences.map((difference) => [difference.id, difference]));
  const hasFirstLook = (isFirst && report.facts > 0) || first.length > 0;
  const courses = open.map((alarm) => ({ alarm, ...courseOf(alarm, by, alarming) }));
  return {
    found: first,
    opened,
    still: courses.flatMap(({ alarm, group }) =>
      group === null ? [] : [{ id: alarm.id, group, differenceIds: idsOf(alarm, group) }],
    ),
    ended: courses.flatMap(({ alarm, over }) => (over === null ? [] : [{ id: alarm.id, ...over }])),
    looked: isFirst && report.facts === 0 ? [] : newlyLooked,
    firstLook: hasFirstLook ? firstLookOf(report, first, isFirst ? [] : newlyLooked) : null,
  };
}

export function alarmWords(group: DifferenceGroup, pair: Pair): AlarmWords {
  const { differences } = group;
  const [first] = differences;
  const since = differences.map(differSince).filter((at) => at !== null);
  return {
    title: groupTitle(group),
    place: groupPlace(group),
    services: groupServices(group),
    count: differences.length,
    lines: differences
      .slice(0, mostLines)
      .map((each) => `${differences.length === 1 ? '' : `${shorten(each.key, 80)}: `}${sidesWords(each, pair)}`),
    why: shorten(first.why, 300),
    since: since.length === 0 ? null : new Date(Math.min(...since.map((at) => at.getTime()))).toISOString(),
  };
}

function isAlarming({ verdict }: Difference): boolean {
  return verdict === 'unexplained' || verdict === 'forbidden-equality';
}

/** That something must not be equal is known at once. */
function isRipe({ verdict, differences }: DifferenceGroup, at: Date): boolean {
  if (verdict === 'forbidden-equality') return true;
  return differences.some((difference) => {
    const since = differSince(difference);
    return since === null || at.getTime() - since.getTime() >= patience;
  });
}

/** Of something worse than what was of no use, people want to hear. */
function isMuted(alarm: KnownAlarm, { id, verdict, differences }: DifferenceGroup): boolean {
  if (verdict === 'forbidden-equality' && alarm.verdict === 'unexplained') return false;
  const known = new Set(alarm.differenceIds);
  // What must not be equal has one group for each rule: another key of it is news.
  const same = verdict === 'unexplained' && alarm.group === id;
  return same || differences.every((difference) => known.has(difference.id));
}

interface Course {
  readonly group: DifferenceGroup | null;
  readonly over: { readonly ended: Ended; readonly by: string | null } | null;
}

function courseOf(alarm: KnownAlarm, by: ReadonlyMap<string, Difference>, alarming: readonly Difference[]): Course {
  const known = new Set(alarm.differenceIds);
  const there = alarming.filter(
    ({ id, group, verdict }) => verdict === alarm.verdict && (known.has(id) || group === alarm.group),
  );
  const [first, ...more] = there;
  if (first !== undefined) {
    return { group: { id: alarm.group, verdict: first.verdict, differences: [first, ...more] }, over: null };
  }
  const now = alarm.differenceIds.flatMap((id) => by.get(id) ?? []);
  if (now.some(({ verdict }) => verdict === 'unknown')) return { group: null, over: null };
  const [judged] = now;
  return { group: null, over: judged === undefined ? { ended: 'equal', by: null } : endOf(judged) };
}

function idsOf({ differenceIds }: KnownAlarm, { differences }: DifferenceGroup): readonly string[] {
  return [...new Set([...differenceIds, ...differences.map(({ id }) => id)])];
}

function endOf({ verdict, cause, rule }: Difference): Course['over'] {
  switch (verdict) {
    case 'explained':
    case 'pending-promotion':
    case 'reference-only':
      return { ended: verdict, by: cause === null ? null : shorten(cause.title, 200) };
    case 'intended':
      return { ended: verdict, by: rule === null ? null : shorten(rule.reason, 200) };
    case 'forbidden-equality':
    case 'unexplained':
    case 'unknown':
      return null;
  }
}

/** Those that saw both environments, so that what they saw could be compared. */
function collectorsOf({ collectors, pair }: ParityReport): readonly string[] {
  const of = (environment: string) =>
    new Set(collectors.filter((each) => each.environment === environment).map(({ collector }) => collector));
  const mirrored = of(pair.mirror);
  // The timeline knows versions and flags of both without a collector.
  return [...[...of(pair.reference)].filter((each) => mirrored.has(each)), 'timeline'].toSorted();
}

function firstLookOf(
  report: ParityReport,
  groups: readonly DifferenceGroup[],
  collectors: readonly string[],
): FirstLook {
  const differences = groups.flatMap((group) => [...group.differences]);
  const count = (verdict: AlarmVerdict) => differences.filter((each) => each.verdict === verdict).length;
  return {
    collectors,
    facts: report.facts,
    equal: report.equal,
    score: report.score.score,
    coverage: report.score.coverage,
    forbidden: count('forbidden-equality'),
    unexplained: count('unexplained'),
    worst: groups.slice(0, mostWorst).map((group) => alarmWords(group, report.pair)),
    suggestions: suggestIntended(differences, report.pair),
  };
}

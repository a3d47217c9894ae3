import { backportName } from '../backports/backport.ts';
import type { Difference, ParityReport } from '../comparison/difference.ts';
import { groupPlace, groupServices, groupTitle, groupsOf } from '../parity/groups.ts';
import { ageWords, differSince, sidesWords } from '../parity/words.ts';
import { countOf } from '../change-words.ts';
import { daysBetween } from './age.ts';
import type { BackportLine, DigestDetails, DriftLine, PairServices, ServiceLine } from './digest.ts';
import {
  type DigestFacts,
  type DigestScope,
  type PairFacts,
  type RunningVersions,
  areInScope,
  isInScope,
} from './facts.ts';
import { openIn } from './chart.ts';
import { isSamePair, pairWords } from './pairs.ts';
import { isSettled } from './settled.ts';
import { endingRules, idleRules, ruleLine } from './rule-lines.ts';
import { standing } from './worst.ts';

/** What is kept of each list: no message holds more. */
const most = { services: 60, otherPairs: 9, drifts: 25, backports: 25, rules: 15, silent: 15 };

/** What stands below the digest, in its thread. */
export function detailsOf(facts: DigestFacts, scope: DigestScope): DigestDetails {
  const tables = facts.pairs.map((pair) => pairServices(pair, facts, scope));
  const [usual, ...rest] = tables;
  const others = rest.filter(({ servicesInAll }) => servicesInAll > 0);
  const drifts = facts.pairs.flatMap(({ report }) => driftLines(report, facts, scope));
  const backports = facts.backports.filter(({ backport }) => isInScope(scope, backport.service));
  const reports = facts.pairs.map(({ report }) => report);
  const idle = unique(reports.flatMap((report) => idleOfAll(report, reports, scope)));
  const counted = facts.weeks.at(-1);
  return {
    services: usual?.services ?? [],
    servicesInAll: usual?.servicesInAll ?? 0,
    others: others.slice(0, most.otherPairs),
    morePairs: Math.max(0, others.length - most.otherPairs),
    drifts: drifts.slice(0, most.drifts),
    driftsInAll: drifts.length,
    backports: backports.slice(0, most.backports).map((each): BackportLine => ({
      title: backportName(each.backport),
      service: each.backport.service,
      ...(usual === undefined || each.backport.mirror === usual.pair.mirror ? {} : { mirror: each.backport.mirror }),
      days: daysBetween(each.backport.openedAt, facts.at),
      state: standing(each.backport, each.pull).replace(/^, /, ''),
      owner: each.owner,
      url: each.pull?.url ?? each.backport.url,
    })),
    backportsInAll: Math.max(backports.length, counted === undefined ? 0 : openIn(counted.open, scope)),
    expiring: unique(reports.flatMap((report) => endingRules(report, scope, facts.at).map(({ rule }) => rule)))
      .slice(0, most.rules)
      .map((rule) => ruleLine(rule, facts.at)),
    idle: idle.slice(0, most.rules).map((rule) => ruleLine(rule, facts.at)),
    idleInAll: idle.length,
    intended: reports.reduce((sum, report) => sum + intendedIn(report, scope), 0),
    silent:
      scope.services === null
        ? silentOf(reports)
            .slice(0, most.silent)
            .map((each) => ({ ...each, days: daysBetween(each.takenAt, facts.at) }))
            .map(({ environment, collector, days }) => ({ environment, collector, days }))
        : [],
    data: [...new Map(reports.map(({ pair, dataRefreshedAt }) => [pair.mirror, dataRefreshedAt]))].map(
      ([environment, at]) => ({ environment, days: at === null ? null : daysBetween(at, facts.at) }),
    ),
  };
}

function intendedIn({ differences }: ParityReport, scope: DigestScope): number {
  return differences.filter(({ verdict, service }) => verdict === 'intended' && isInScope(scope, service)).length;
}

/** A rule is idle when it matches nothing in any pair. */
function idleOfAll(report: ParityReport, reports: readonly ParityReport[], scope: DigestScope) {
  const busy = new Set(
    reports.flatMap(({ rules }) => rules.filter(({ matched }) => matched > 0).map(({ rule }) => rule.id)),
  );
  return idleRules(report, scope).filter(({ id }) => !busy.has(id));
}

function unique<Rule extends { readonly id: string }>(rules: readonly Rule[]): readonly Rule[] {
  return [...new Map(rules.map((rule) => [rule.id, rule])).values()];
}

function silentOf(reports: readonly ParityReport[]) {
  const silent = reports.flatMap(({ collectors }) => collectors.filter(({ stale }) => stale));
  const each = new Map(silent.map((state) => [`${state.environment} ${state.collector}`, state]));
  return [...each.values()].toSorted((a, b) => a.takenAt.getTime() - b.takenAt.getTime());
}

function driftLines(report: ParityReport, { ownerOf, pairs }: DigestFacts, scope: DigestScope): readonly DriftLine[] {
  const { pair, at } = report;
  return groupsOf(report.differences)
    .filter(({ verdict }) => verdict === 'unexplained' || verdict === 'forbidden-equality')
    .filter((group) => areInScope(scope, groupServices(group)))
    .map((group) => {
      const [first] = group.differences;
      return {
        title: groupTitle(group),
        place: [groupPlace(group), pairWords(group, pair, pairs.length)].filter((part) => part !== '').join(', '),
        sides: group.differences.length === 1 ? sidesWords(first, pair, 60) : '',
        age: group.verdict === 'forbidden-equality' ? 'must not be equal' : ageWords(first, at),
        owner: ownerOf(groupServices(group)[0] ?? null),
      };
    });
}

function pairServices(pair: PairFacts, facts: DigestFacts, scope: DigestScope): PairServices {
  const lines = serviceLines(pair, facts, scope);
  return { pair: pair.report.pair, services: lines.slice(0, most.services), servicesInAll: lines.length };
}

/** Those with most to look at first; those that are the same last. */
function serviceLines({ report, versions }: PairFacts, facts: DigestFacts, scope: DigestScope): readonly ServiceLine[] {
  const apart = new Map<string, Difference>();
  const unexplained = new Map<string, number>();
  for (const difference of report.differences) {
    const { service, facet, verdict } = difference;
    if (service === null) continue;
    if (facet === 'version' && !apart.has(service)) apart.set(service, difference);
    if (verdict === 'unexplained' || verdict === 'forbidden-equality') {
      unexplained.set(service, (unexplained.get(service) ?? 0) + 1);
    }
  }
  const open = new Map<string, number>();
  for (const { backport } of facts.backports) {
    if (backport.service === null || !isSamePair(backport, report.pair)) continue;
    open.set(backport.service, (open.get(backport.service) ?? 0) + 1);
  }
  const names = new Set([...versions.keys(), ...apart.keys(), ...unexplained.keys(), ...open.keys()]);
  return [...names]
    .filter((service) => isInScope(scope, service))
    .map((service) => {
      const differs = apart.get(service);
      const running = versions.get(service);
      const line: ServiceLine = {
        service,
        reference: running?.reference ?? differs?.reference?.value ?? null,
        mirror: running?.mirror ?? differs?.mirror?.value ?? null,
        state:
          differs !== undefined && isSettled(differs, report.pair, facts)
            ? 'its fixes are home'
            : stateOf(differs, running, report),
        unexplained: unexplained.get(service) ?? 0,
        backports: open.get(service) ?? 0,
      };
      return { line, differs: differs !== undefined };
    })
    .toSorted(
      (a, b) =>
        b.line.unexplained + b.line.backports - (a.line.unexplained + a.line.backports) ||
        Number(b.differs) - Number(a.differs) ||
        (a.line.service < b.line.service ? -1 : 1),
    )
    .map(({ line }) => line);
}

/** That it is on its way is no fault: only how long is told. */
function stateOf(
  differs: Difference | undefined,
  running: RunningVersions | undefined,
  { pair, at }: ParityReport,
): string {
  if (differs === undefined) {
    if (running === undefined || (running.reference === null && running.mirror === null)) return 'not known';
    if (running.reference === null) return `in ${pair.mirror} only`;
    return running.mirror === null ? `in ${pair.reference} only` : 'same';
  }
  const since = differSince(differs);
  const days = since === null ? null : daysBetween(since, at);
  const age = days === null ? '' : days === 0 ? ', since today' : `, ${countOf(days, 'day')}`;
  switch (differs.verdict) {
    case 'pending-promotion':
      return `on its way${age}`;
    case 'reference-only':
      return `in ${pair.reference} only${age}`;
    case 'unexplained':
    case 'explained':
    case 'intended':
    case 'unknown':
      return `${differs.verdict}${age}`;
    case 'forbidden-equality':
      return 'must not be equal';
  }
}

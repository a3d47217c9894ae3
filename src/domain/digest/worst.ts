import { afterMerge } from '../backports/after-merge.ts';
import { type Backport, backportName } from '../backports/backport.ts';
import type { Pair, ParityReport } from '../comparison/difference.ts';
import { facetWeights } from '../comparison/weights.ts';
import { type DifferenceGroup, groupPlace, groupServices, groupTitle, groupsOf } from '../parity/groups.ts';
import { factPlace } from '../backports/owed-facts.ts';
import { ageWords, differSince } from '../parity/words.ts';
import { countOf } from '../change-words.ts';
import { shorten } from '../shorten.ts';
import { ageOf, daysBetween, oldWords } from './age.ts';
import type { DigestAct, WorstKind, WorstThing } from './digest.ts';
import { pairWords, valuesWords } from './pairs.ts';
import { endingRules, ruleWhat } from './rule-lines.ts';
import { isSettled } from './settled.ts';
import { type BackportFacts, type DigestFacts, type DigestScope, areInScope, isInScope } from './facts.ts';

/** What somebody should do something about, with how much it hurts. */
export interface Ranked extends WorstThing {
  readonly weight: number;
  /** It was not there a week ago. */
  readonly fresh: boolean;
}

/** docs/digest.md publishes these. */
const weights: Readonly<Record<WorstKind, number>> = {
  'forbidden-equality': 1000,
  backport: 500,
  unexplained: 400,
  'silent-collector': 350,
  'reference-only': 300,
  expiring: 200,
  'old-data': 100,
};
const eachDay = 10;
const mostDays = 30;
const week = 7;
const ofIncident = 200;
const importedLess = 200;
const oldData = 90;
const mostNamed = 3;

/** The worst first. */
export function rankThings(facts: DigestFacts, scope: DigestScope): readonly Ranked[] {
  const backports = facts.backports.filter(({ backport }) => isInScope(scope, backport.service));
  const unexplained = unexplainedPlaces(facts);
  const things = [
    ...facts.pairs.flatMap(({ report }) => ofReport(report, { facts, scope, backports })),
    ...backports
      .filter(({ backport }) => !isToldAsDifference(backport, unexplained))
      .map((each) => ofBackport(each, facts.at)),
  ];
  return things.toSorted((a, b) => b.weight - a.weight);
}

/** Drift of the reference is owed to the mirror as well: what it is and what to do says the difference. */
function isToldAsDifference({ fact, mirror }: Backport, unexplained: ReadonlySet<string>): boolean {
  return (
    fact !== null && fact.all.length > 0 && fact.all.every((each) => unexplained.has(`${mirror} ${factPlace(each)}`))
  );
}

function unexplainedPlaces({ pairs }: DigestFacts): ReadonlySet<string> {
  return new Set(
    pairs.flatMap(({ report }) =>
      report.differences
        .filter(({ verdict }) => verdict === 'unexplained')
        .map((difference) => `${report.pair.mirror} ${factPlace(difference)}`),
    ),
  );
}

interface Surroundings {
  readonly facts: DigestFacts;
  readonly scope: DigestScope;
  readonly backports: readonly BackportFacts[];
}

function ofReport(report: ParityReport, around: Surroundings): readonly Ranked[] {
  const { facts, scope, backports } = around;
  // A fix that is known to be missing is told once, as a backport.
  const fixed = new Set(
    backports.filter(({ backport }) => backport.mirror === report.pair.mirror).map(({ backport }) => backport.service),
  );
  const groups = groupsOf(report.differences).filter(
    (group) =>
      areInScope(scope, groupServices(group)) &&
      (group.verdict !== 'reference-only' || !groupServices(group).some((service) => fixed.has(service))) &&
      !group.differences.every((difference) => isSettled(difference, report.pair, facts)),
  );
  return [
    ...groups.flatMap((group) => ofGroup(group, report, facts)),
    ...endingRules(report, scope, facts.at).map(({ rule, days }) => {
      const found = report.differences.find((difference) => difference.rule?.id === rule.id);
      const act: DigestAct =
        found === undefined || !rule.id.startsWith('accepted:')
          ? { do: 'say', words: 'Renew it in the settings, or let it end' }
          : { do: 'accept', pair: report.pair, group: found.group };
      return {
        kind: 'expiring' as const,
        title: ruleWhat(rule),
        says: `is meant to differ ${days === 0 ? 'until today' : `for ${countOf(days, 'more day')}`}: ${rule.reason}`,
        owner: rule.owner ?? facts.ownerOf(rule.service),
        act,
        weight: weights.expiring + (mostDays - Math.min(days, mostDays)),
        fresh: false,
      };
    }),
    ...(scope.services === null ? ofEyes(report, facts) : []),
  ];
}

function ofGroup(
  group: DifferenceGroup,
  { pair, at }: ParityReport,
  { ownerOf, pairs }: DigestFacts,
): readonly Ranked[] {
  const { verdict } = group;
  if (verdict !== 'forbidden-equality' && verdict !== 'unexplained' && verdict !== 'reference-only') return [];
  const [first] = group.differences;
  const [service = null] = groupServices(group);
  const since = differSince(first);
  const days = since === null ? 0 : Math.min(daysBetween(since, at), mostDays);
  const act: DigestAct =
    verdict === 'forbidden-equality'
      ? { do: 'say', words: `Give ${pair.mirror} another one` }
      : { do: 'explain', pair, group: group.id };
  return [
    {
      kind: verdict,
      title: groupTitle(group),
      says: groupSays({ ...group, verdict }, { pair, at, pairs: pairs.length }),
      owner: ownerOf(service),
      act,
      weight: weights[verdict] + days * eachDay + facetWeights[first.facet],
      fresh: since !== null && days < week,
    },
  ];
}

type TodoVerdict = 'forbidden-equality' | 'unexplained' | 'reference-only';

/** `differs in checkout: 30s in production, 5s in staging, unexplained for 6 days`. */
function groupSays(
  group: DifferenceGroup & { readonly verdict: TodoVerdict },
  { pair, at, pairs }: { readonly pair: Pair; readonly at: Date; readonly pairs: number },
): string {
  const [first, ...more] = group.differences;
  const where = whereWords(group);
  const values = more.length === 0 ? `: ${valuesWords(first, pair)}` : '';
  const known = [pairWords(group, pair, pairs)].filter((part) => part !== '').map((part) => `, ${part}`);
  const place = `${where === '' ? '' : ` in ${where}`}${known.join('')}`;
  switch (group.verdict) {
    case 'forbidden-equality': {
      const since = differSince(first);
      return `must differ${place}, and does not${values}${since === null ? '' : `, ${ageOf(daysBetween(since, at))}`}`;
    }
    case 'unexplained':
      return `differs${place}${values}, unexplained ${ageWords(first, at)}`;
    case 'reference-only':
      return `is in ${pair.reference} only${place}${values}, ${ageWords(first, at)}`;
  }
}

/** The services, as their key says of which sort it is; without any, the sort. Empty where the title says it. */
function whereWords(group: DifferenceGroup): string {
  if (groupPlace(group) === '') return '';
  const services = groupServices(group).map((service) => shorten(service, 60));
  const more = services.length - mostNamed;
  if (services.length === 0) return groupPlace(group);
  return `${services.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What nobody looks at, and what is tested with data of long ago. */
function ofEyes({ pair, at, collectors, dataRefreshedAt }: ParityReport, facts: DigestFacts): readonly Ranked[] {
  const silent = collectors
    .filter(({ stale }) => stale)
    .map(({ environment, collector, takenAt }) => {
      const days = daysBetween(takenAt, at);
      return {
        kind: 'silent-collector' as const,
        title: `${collector} of ${environment}`,
        says: `has been silent ${ageOf(days)}: what it saw is not known any more`,
        owner: facts.ownerOf(null),
        act: { do: 'say' as const, words: 'Have it run again' },
        weight: weights['silent-collector'] + Math.min(days, mostDays),
        fresh: days < week,
      };
    });
  const days = dataRefreshedAt === null ? null : daysBetween(dataRefreshedAt, at);
  if (days === null || days < oldData) return silent;
  return [
    ...silent,
    {
      kind: 'old-data',
      title: `${pair.mirror} data`,
      says: `are ${oldWords(days)}`,
      owner: facts.ownerOf(null),
      act: { do: 'say', words: 'Refresh them' },
      weight: weights['old-data'],
      fresh: false,
    },
  ];
}

function ofBackport({ backport, pull, owner }: BackportFacts, at: Date): Ranked {
  const days = daysBetween(backport.openedAt, at);
  const url = pull?.url ?? null;
  const act: DigestAct =
    url !== null && pull?.state !== 'closed' && afterMerge(backport, pull) !== 'in-vain'
      ? { do: 'follow', label: pull?.number === null ? 'Pull request' : `PR #${pull?.number}`, url }
      : backport.repository === null
        ? { do: 'say', words: `Do the same in ${backport.mirror}` }
        : { do: 'open-pull', backportId: backport.id };
  return {
    kind: 'backport',
    title: backportName(backport),
    says: backportSays(backport, pull, days),
    owner,
    act,
    weight:
      weights.backport +
      Math.min(days, mostDays) * eachDay +
      (backport.incidentId === null ? 0 : ofIncident) -
      (backport.imported ? importedLess : 0),
    fresh: days < week && !backport.imported,
  };
}

function backportSays(backport: Backport, pull: BackportFacts['pull'], days: number): string {
  const { service, mirror, incidentId, fixedIncident } = backport;
  const where = service === null ? '' : ` of ${service}`;
  const origin = incidentId === null ? '' : `, ${fixedIncident ? 'fixed' : 'came during'} INC-${incidentId}`;
  return `${where === '' ? '' : `${where.trim()} `}is not in ${mirror}, ${ageOf(days)}${origin}${standing(backport, pull)}`;
}

/** How far somebody has come with it; empty: nobody has begun. */
export function standing(backport: Backport, pull: BackportFacts['pull']): string {
  if (backport.state === 'candidate') return ', perhaps it is there already';
  switch (pull?.state) {
    case 'draft':
      return ', its pull request is a draft';
    case 'review-wanted':
      return ', its pull request waits for a review';
    case 'changes-requested':
      return ', changes are asked for';
    case 'approved':
      return ', approved and not merged';
    case 'merged':
      return afterMerge(backport, pull) === 'in-vain' ? ', merged, but git does not find it' : ', merged';
    case 'wanted':
      return ', its pull request is being made';
    case 'failed':
    case 'closed':
    case undefined:
      return '';
  }
}

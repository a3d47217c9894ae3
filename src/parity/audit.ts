import { countOf } from '../domain/change-words.ts';
import {
  type Difference,
  type IntendedRule,
  type ParityReport,
  parityVerdicts,
} from '../domain/comparison/difference.ts';
import { markdownBold, markdownLink, markdownText } from '../domain/markdown.ts';
import { ageWords, differSince, percentWords, valueWords, verdictWords } from '../domain/parity/words.ts';
import { csvLine } from '../domain/csv.ts';

/** A rule that ends within this is told, so that somebody decides before it does. */
const soon = 90 * 86_400_000;

/** For people who audit: every pair, every difference with what justifies it, and rules that want attention. */
export function auditMarkdown(reports: readonly ParityReport[], now: Date): string {
  const heading = `# Parity audit of ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const parts = reports.flatMap((report) => pairLines(report));
  const rules = rulesOf(reports);
  return `${[heading, '', ...summary(reports), '', ...parts, ...ruleLines(rules, now)].join('\n').trimEnd()}\n`;
}

const columns = [
  'reference',
  'mirror',
  'service',
  'facet',
  'key',
  'verdict',
  'reference_value',
  'mirror_value',
  'differs_since',
  'justification',
  'cause',
  'cause_url',
  'confidence',
  'rule',
  'reason',
  'impact',
  'owner',
  'expires',
  'group',
] as const;

/** For spreadsheets: one line for each difference (RFC 4180); nothing in it is a formula. */
export function auditCsv(reports: readonly ParityReport[]): string {
  const lines = reports.flatMap((report) =>
    report.differences.map((difference) => csvLine(cellsOf(report, difference))),
  );
  return [csvLine(columns), ...lines].join('');
}

function cellsOf({ pair }: ParityReport, difference: Difference): readonly string[] {
  const { service, facet, key, verdict, reference, mirror, cause, rule, why, group } = difference;
  const long = 2000;
  return [
    pair.reference,
    pair.mirror,
    service ?? '',
    facet,
    key,
    verdict,
    valueWords(reference, long),
    valueWords(mirror, long),
    differSince(difference)?.toISOString() ?? '',
    why,
    cause?.title ?? '',
    cause?.url ?? '',
    cause?.confidence ?? '',
    rule?.id ?? '',
    rule?.reason ?? '',
    rule?.impact ?? '',
    rule?.owner ?? '',
    rule?.expires ?? '',
    group,
  ];
}

function summary(reports: readonly ParityReport[]): readonly string[] {
  if (reports.length === 0) return ['No pair of environments is compared.'];
  const head = [
    'Mirror',
    'Reference',
    'Parity',
    'Covered',
    'Facts',
    'Equal',
    ...parityVerdicts.map((each) => verdictWords(each, { reference: 'reference' })),
  ];
  const rows = reports.map(({ pair, score, facts, equal, counts }) => [
    markdownText(pair.mirror, 100),
    markdownText(pair.reference, 100),
    score.score === null ? 'none' : percentWords(score.score),
    percentWords(score.coverage),
    number(facts),
    number(equal),
    ...parityVerdicts.map((verdict) => number(counts[verdict])),
  ]);
  return table(head, rows);
}

function pairLines(report: ParityReport): readonly string[] {
  const { pair, differences, collectors, dataRefreshedAt } = report;
  const title = `## ${markdownText(pair.mirror, 100)} against ${markdownText(pair.reference, 100)}`;
  const data =
    dataRefreshedAt === null
      ? 'Nobody said when its data were refreshed.'
      : `Its data were refreshed on ${dataRefreshedAt.toISOString().slice(0, 10)}.`;
  const seen = collectors.map((each) => [
    markdownText(each.environment, 100),
    markdownText(each.collector, 100),
    `${each.takenAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    number(each.facts),
    [
      ...(each.stale ? ['stale'] : []),
      ...(each.complete ? [] : ['partial']),
      ...each.notSeen.map((words) => markdownText(words, 200)),
    ].join(', ') || 'all seen',
  ]);
  const lists = parityVerdicts.flatMap((verdict) => {
    const some = differences.filter((difference) => difference.verdict === verdict);
    if (some.length === 0) return [];
    const words = verdictWords(verdict, pair);
    return [
      `### ${markdownText(`${words.charAt(0).toUpperCase()}${words.slice(1)}`, 120)}: ${countOf(some.length, 'difference')}`,
      '',
      ...table(
        ['Service', 'Facet', 'Key', pair.reference, pair.mirror, 'Differs', 'Justification'].map((each) =>
          markdownText(each, 100),
        ),
        some.map((difference) => differenceRow(difference, report.at)),
      ),
      '',
    ];
  });
  return [
    title,
    '',
    ...(differences.length === 0 ? ['Nothing differs.'] : []),
    data,
    '',
    ...lists,
    '### What was seen',
    '',
    ...(seen.length === 0
      ? ['Nothing: no collector has sent a snapshot.']
      : table(['Environment', 'Collector', 'Newest', 'Facts', 'Not seen'], seen)),
    '',
  ];
}

function differenceRow(difference: Difference, at: Date): readonly string[] {
  const { service, facet, key, reference, mirror } = difference;
  return [
    markdownText(service ?? '', 100),
    facet,
    markdownText(key, 500),
    markdownText(valueWords(reference, 300)),
    markdownText(valueWords(mirror, 300)),
    ageWords(difference, at),
    justification(difference),
  ];
}

function justification({ cause, rule, why }: Difference): string {
  const parts = [
    ...(cause === null
      ? []
      : [`${markdownLink(cause.title, cause.url)} (${cause.confidence}, ${cause.at.toISOString().slice(0, 10)})`]),
    ...(rule === null ? [] : [ruleWords(rule)]),
    markdownText(why, 500),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function ruleWords({ id, reason, impact, owner, expires }: IntendedRule): string {
  return [
    `rule ${markdownText(id, 60)}: ${markdownText(reason, 500)}`,
    ...(impact === null || impact === '' ? [] : [`impact: ${markdownText(impact, 500)}`]),
    ...(owner === null ? [] : [`owner ${markdownText(owner, 100)}`]),
    ...(expires === null ? [] : [`until ${markdownText(expires, 20)}`]),
  ].join(', ');
}

interface AuditedRule {
  readonly rule: IntendedRule;
  /** In all pairs. */
  readonly matched: number;
  readonly expired: boolean;
}

function rulesOf(reports: readonly ParityReport[]): readonly AuditedRule[] {
  const byId = new Map<string, AuditedRule>();
  for (const each of reports.flatMap(({ rules }) => rules)) {
    const before = byId.get(each.rule.id);
    byId.set(each.rule.id, before === undefined ? each : { ...each, matched: before.matched + each.matched });
  }
  return [...byId.values()];
}

function ruleLines(rules: readonly AuditedRule[], now: Date): readonly string[] {
  const today = now.toISOString().slice(0, 10);
  const end = new Date(now.getTime() + soon).toISOString().slice(0, 10);
  const live = rules.filter(({ expired }) => !expired);
  const ending = live.filter(({ rule: { expires } }) => expires !== null && expires >= today && expires <= end);
  return [
    ...ruleList(
      'Rules that matched nothing',
      live.filter(({ matched }) => matched === 0),
      'Every rule matches something.',
    ),
    ...ruleList('Rules that expire within 90 days', ending, 'None does.'),
    ...ruleList(
      'Rules that have expired',
      rules.filter(({ expired }) => expired),
      'None has.',
    ),
    ...ruleList(
      'Rules without an end',
      live.filter(({ rule }) => rule.expires === null),
      'Every rule has one.',
    ),
  ];
}

function ruleList(title: string, rules: readonly AuditedRule[], none: string): readonly string[] {
  const rows = rules.map(({ rule, matched }) => [
    markdownText(rule.id, 60),
    markdownText(rule.service ?? 'any', 100),
    markdownText(rule.facet, 40),
    markdownBold(rule.key, 500),
    number(matched),
    markdownText(rule.reason, 500),
    markdownText(rule.owner ?? '', 100),
    markdownText(rule.expires ?? 'never', 20),
  ]);
  const head = ['Rule', 'Service', 'Facet', 'Key', 'Matched', 'Why', 'Owner', 'Expires'];
  return [`## ${title}`, '', ...(rows.length === 0 ? [none] : table(head, rows)), ''];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function number(count: number): string {
  return count.toLocaleString('en');
}

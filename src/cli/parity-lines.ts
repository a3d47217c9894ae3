import { agoWords, countOf } from '../domain/change-words.ts';
import { type Difference, type ParityReport, type Side, parityVerdicts } from '../domain/comparison/difference.ts';
import { verdictWords } from '../domain/comparison/verdict-words.ts';
import { outsideText } from '../domain/outside-text.ts';
import { table } from './command.ts';

/** What somebody has to look at. */
const urgent: ReadonlySet<string> = new Set(['forbidden-equality', 'unexplained', 'reference-only']);
const most = 20;

/** A comparison for a terminal: what must be looked at, one row for each group, and numbers of the rest. */
export function parityLines(
  report: ParityReport,
  { now, all }: { readonly now: Date; readonly all: boolean },
): readonly string[] {
  const { pair, service, score, differences, facts } = report;
  const what = `${pair.reference} and ${pair.mirror}${service === null ? '' : `, ${service}`}`;
  if (facts === 0) return [`Nothing is known of ${what}: \`sincewhen snapshot\` tells what is there.`];
  const groups = [...Map.groupBy(differences, ({ verdict, group }) => `${verdict}\n${group}`).values()];
  const shown = groups.filter(([first]) => first !== undefined && (all || urgent.has(first.verdict)));
  const listed = all ? shown : shown.slice(0, most);
  return [
    score.score === null
      ? `Nothing can be compared yet: of ${what} no fact was seen in both (${countOf(facts, 'fact')}).`
      : `Parity ${score.score} % of ${score.coverage} % covered: ${what} (${countOf(facts, 'fact')})`,
    ...(listed.length === 0
      ? [score.score === null ? '`sincewhen snapshot` of both tells what is there.' : 'Nothing is unexplained.']
      : [
          '',
          table(
            ['verdict', 'service', 'what', pair.reference, pair.mirror, 'since', 'why'],
            listed.map((each) => row(each, report, now)),
          ),
        ]),
    ...(shown.length > listed.length ? [`… and ${shown.length - listed.length} more: --all shows them`] : []),
    '',
    counts(report),
    ...rules(report),
    ...collectors(report, now),
    ...(report.dataRefreshedAt === null
      ? []
      : [`Data of ${pair.mirror} were refreshed ${agoWords(report.dataRefreshedAt, now)}.`]),
  ];
}

function row(group: readonly Difference[], { pair }: ParityReport, now: Date): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { verdict, service, facet, key, reference, mirror, since, why, cause } = first;
  const more = group.length === 1 ? '' : ` and ${group.length - 1} more`;
  const because = cause === null ? why : `${why} "${cause.title}"`;
  return [
    verdictWords(verdict, pair),
    service ?? '',
    `${facet} ${outsideText(key, 60) ?? ''}${more}`,
    valueWords(reference),
    valueWords(mirror),
    since === null ? '' : agoWords(since, now),
    outsideText(because, 160) ?? '',
  ].map((cell) => outsideText(cell, 200) ?? '');
}

function valueWords(side: Side | null): string {
  if (side === null) return '–';
  return side.secret ? '(secret)' : (outsideText(side.value ?? '', 30) ?? '(empty)');
}

function counts({ counts: by, equal, pair }: ParityReport): string {
  const parts = parityVerdicts
    .filter((verdict) => by[verdict] > 0)
    .map((verdict) => `${by[verdict]} ${verdictWords(verdict, pair)}`);
  return [`${equal} equal`, ...parts].join(' · ');
}

function rules({ rules: all }: ParityReport): readonly string[] {
  const names = (some: typeof all) =>
    some
      .map(({ rule }) => `${rule.id} (${outsideText(rule.key, 60) ?? ''})`)
      .slice(0, 5)
      .join(', ');
  const expired = all.filter((each) => each.expired);
  const dead = all.filter((each) => !each.expired && each.matched === 0);
  return [
    ...(expired.length === 0 ? [] : [`${countOf(expired.length, 'rule')} expired: ${names(expired)}`]),
    ...(dead.length === 0 ? [] : [`${countOf(dead.length, 'rule')} matched nothing: ${names(dead)}`]),
  ];
}

function collectors({ collectors: all, pair }: ParityReport, now: Date): readonly string[] {
  if (all.length === 0)
    return [`Seen: nothing, no collector has sent a snapshot of ${pair.reference} or ${pair.mirror}.`];
  const words = all.map(({ environment, collector, takenAt, stale, complete }) => {
    const state = `${stale ? ' (silent)' : ''}${complete ? '' : ' (in part)'}`;
    return `${environment} ${collector} ${agoWords(takenAt, now)}${state}`;
  });
  return [`Seen: ${words.join(' · ')}`];
}

import type { ContextBlock, SectionBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import type { CollectorState, ParityReport } from '../../domain/comparison/difference.ts';
import { formatDuration } from '../../domain/since/format.ts';
import { context } from './blocks.ts';
import { bold, outside } from './escape.ts';

const mostCollectors = 8;
const day = 86_400_000;

/** What was not looked at, or too long ago, is said first and bold; then what was, and how old the mirror's data are. */
export function notSeenBlocks(report: ParityReport, now: Date): readonly (ContextBlock | SectionBlock)[] {
  const gaps = gapsOf(report, now);
  const named = gaps.slice(0, mostCollectors).map((gap) => bold(gap, 150));
  const more = gaps.length > named.length ? [countOf(gaps.length - named.length, 'more gap')] : [];
  const fresh = seenAlike(report, now);
  const seen = fresh.slice(0, mostCollectors).map((each) => outside(each, 150));
  const others = fresh.length > seen.length ? ['more'] : [];
  const lines = [
    ...(gaps.length === 0 ? [] : [`:warning: Not seen: ${[...named, ...more].join(' · ')}`]),
    ...(seen.length === 0 ? [] : [`Seen: ${[...seen, ...others].join(' · ')}`]),
    outside(dataWords(report, now), 200),
  ];
  return [context(lines.join('\n'))];
}

/** `config, dotenv of both 2 h ago`: collectors that ran together are told together. */
function seenAlike({ collectors, pair }: ParityReport, now: Date): readonly string[] {
  const fresh = collectors.filter(({ stale, complete }) => !stale && complete);
  const together = new Map<string, string[]>();
  for (const { collector, environment, takenAt } of fresh) {
    const when = ago(takenAt, now);
    const isBoth = fresh.some(
      (each) => each.collector === collector && each.environment !== environment && ago(each.takenAt, now) === when,
    );
    // Told with the reference.
    if (isBoth && environment === pair.mirror) continue;
    const rest = `of ${isBoth ? 'both' : environment} ${when}`;
    together.set(rest, [...(together.get(rest) ?? []), collector]);
  }
  return [...together].map(([rest, names]) => `${names.toSorted().join(', ')} ${rest}`);
}

export function notSeenText(report: ParityReport, now: Date): readonly string[] {
  const gaps = gapsOf(report, now).slice(0, 3);
  return [
    ...(gaps.length === 0 ? [] : [`Not seen: ${gaps.map((gap) => outside(gap, 160)).join('; ')}.`]),
    outside(dataWords(report, now), 200),
  ];
}

/** `kubernetes of staging 3 days ago (stale)`, and what one side has nobody to look at. */
function gapsOf({ collectors, pair }: ParityReport, now: Date): readonly string[] {
  const late = collectors.flatMap((each) => {
    const problem = problemOf(each);
    return problem === null ? [] : [`${each.collector} of ${each.environment} ${ago(each.takenAt, now)} (${problem})`];
  });
  const of = (environment: string) =>
    new Set(collectors.filter((each) => each.environment === environment).map(({ collector }) => collector));
  const [reference, mirror] = [of(pair.reference), of(pair.mirror)];
  const missing = [
    ...[...reference].filter((name) => !mirror.has(name)).map((name) => `no ${name} of ${pair.mirror}`),
    ...[...mirror].filter((name) => !reference.has(name)).map((name) => `no ${name} of ${pair.reference}`),
  ];
  return [...missing, ...late];
}

function problemOf({ stale, complete, notSeen }: CollectorState): string | null {
  const parts = [...(stale ? ['stale'] : []), ...(complete ? [] : ['partial']), ...notSeen.slice(0, 2)];
  return stale || !complete || notSeen.length > 0 ? parts.join(', ') : null;
}

function dataWords({ dataRefreshedAt, pair }: ParityReport, now: Date): string {
  if (dataRefreshedAt === null) return `Nobody said when the data of ${pair.mirror} were refreshed.`;
  const age = Math.max(0, now.getTime() - dataRefreshedAt.getTime());
  return `Data of ${pair.mirror} are ${age < day ? formatDuration(age) : countOf(Math.floor(age / day), 'day')} old.`;
}

function ago(at: Date, now: Date): string {
  return `${formatDuration(Math.max(0, now.getTime() - at.getTime()))} ago`;
}

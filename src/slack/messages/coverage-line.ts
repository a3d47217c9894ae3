import type { ContextBlock, SectionBlock } from '@slack/types';
import type { Answer } from '../../domain/answer.ts';
import { countOf } from '../../domain/change-words.ts';
import { coverageWords } from '../../domain/coverage-words.ts';
import { context, section } from './blocks.ts';
import { bold, outside } from './escape.ts';

const mostSources = 12;
const mostGaps = 3;

/** Which sources were looked at and how fresh each is; what may have missed something is bold and comes first. */
export function coverageLine({ coverage, window }: Answer, now: Date): readonly ContextBlock[] {
  const words = coverageWords(coverage, { window, now });
  if (words.length === 0) return [];
  const shown = words.slice(0, mostSources).map(({ title, state, gap }) => {
    const said = `${title} ${state}`;
    return gap === null ? outside(said, 160) : bold(said, 160);
  });
  const more = words.length > mostSources ? [countOf(words.length - mostSources, 'more source')] : [];
  return [context(`Seen: ${[...shown, ...more].join(' · ')}`)];
}

/** Said before the changes: what follows may be only a part. */
export function coverageWarning(answer: Answer, now: Date): readonly SectionBlock[] {
  const gaps = coverageGaps(answer, now);
  if (gaps.length === 0) return [];
  const more =
    gaps.length > mostGaps ? [`${countOf(gaps.length - mostGaps, 'more source')} may have missed something too.`] : [];
  return [section(`:warning: ${[...gaps.slice(0, mostGaps).map((gap) => bold(gap, 200)), ...more].join(' ')}`)];
}

/** Of sources that reported before: one that never did is no news each time somebody asks. */
export function coverageGaps({ coverage, window }: Answer, now: Date): readonly string[] {
  return coverageWords(coverage, { window, now }).flatMap(({ gap, stopped }) =>
    gap === null || !stopped ? [] : [gap],
  );
}

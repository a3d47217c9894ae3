import type { Window } from './answer.ts';
import type { SourceCoverage } from './coverage.ts';
import { countOf } from './change-words.ts';
import { shorten } from './shorten.ts';
import { formatDuration } from './since/format.ts';

export interface CoverageWords {
  /** `GitHub`. */
  readonly title: string;
  /** `40 s ago`, `silent for 3 h (usually every 4 min)`. */
  readonly state: string;
  /** Why changes of the window may be missing, as a whole sentence. Null: this source saw all of it. */
  readonly gap: string | null;
  /** It has reported before, so what is missing now was there to be seen. */
  readonly stopped: boolean;
}

/** What to say about each source; those that may have missed something come first. */
export function coverageWords(
  coverage: readonly SourceCoverage[],
  { window, now }: { readonly window: Pick<Window, 'to'>; readonly now: Date },
): readonly CoverageWords[] {
  const words = coverage.map((source) => sourceWords(source, window.to, now));
  return [...words.filter((each) => each.gap !== null), ...words.filter((each) => each.gap === null)];
}

function sourceWords(source: SourceCoverage, to: Date, now: Date): CoverageWords {
  const title = shorten(source.title, 60);
  const { newest, usualGap, failed } = source;
  // A window that ended before the silence began was seen whole.
  const missed = newest === null || newest < to;
  const quiet = newest === null ? '' : formatDuration(now.getTime() - newest.getTime());
  const usual = usualGap === null ? '' : ` (usually every ${formatDuration(usualGap)})`;
  switch (source.state) {
    case 'never':
      return { title, state: 'nothing yet', gap: `${title} is set up but has not sent anything yet.`, stopped: false };
    case 'closed': {
      const last = newest === null ? '' : `, last heard ${quiet} ago`;
      const gap = `${title} is closed: its secret is missing${last}.`;
      return { title, state: `closed, its secret is missing${last}`, gap: missed ? gap : null, stopped: true };
    }
    case 'silent': {
      const gap = `${title} has been silent for ${quiet}${usual}, so changes may be missing.`;
      return { title, state: `silent for ${quiet}${usual}`, gap: missed ? gap : null, stopped: true };
    }
    case 'fresh': {
      const unread = failed === 0 ? '' : `${countOf(failed, 'delivery', 'deliveries')} could not be read`;
      const gap = unread === '' ? null : `${unread.replace(' ', ` ${title} `)}, so changes may be missing.`;
      return {
        title,
        state: `${quiet === '0 s' ? 'just now' : `${quiet} ago`}${unread === '' ? '' : `, ${unread}`}`,
        gap,
        stopped: true,
      };
    }
  }
}

/** The sources that gave us something, and how long ago the quietest of them did, in milliseconds. */
export function quietest(coverage: readonly SourceCoverage[], now: Date): { title: string; age: number } | null {
  const seen = coverage.flatMap(({ title, newest }) =>
    newest === null ? [] : [{ title: shorten(title, 60), age: now.getTime() - newest.getTime() }],
  );
  return seen.toSorted((a, b) => b.age - a.age)[0] ?? null;
}

/** Nothing has ever reported: there is no timeline to ask yet. */
export function nothingConnected(coverage: readonly SourceCoverage[]): boolean {
  return coverage.every(({ newest }) => newest === null);
}

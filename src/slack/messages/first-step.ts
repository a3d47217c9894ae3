import { type SourceCoverage } from '../../domain/coverage.ts';
import { nothingConnected } from '../../domain/coverage-words.ts';
import { formatDuration } from '../../domain/since/format.ts';
import { shorten } from '../../domain/shorten.ts';
import { outside } from './escape.ts';

/** The last test event of a source, which tells of no change. */
export interface Ping {
  /** For people: `GitHub`. */
  readonly title: string;
  readonly at: Date;
}

export interface FirstStep {
  readonly step: 'connect' | 'wait' | 'ask';
  /** What is so, in a few words. */
  readonly state: string;
  /** The one thing to do next. */
  readonly next: string;
}

interface Seen {
  readonly coverage: readonly SourceCoverage[];
  readonly ping: Ping | null;
  /** The address at which sources reach us; null: nobody said. */
  readonly publicUrl: string | null;
  /** Null: said so that it stays true. */
  readonly now: Date | null;
}

/** From nothing to the first answer: the one step that comes next. Both in mrkdwn, and plain but for backticks. */
export function firstStep({ coverage, ping, publicUrl, now }: Seen): FirstStep {
  if (!nothingConnected(coverage)) {
    const connected = coverage.filter(({ newest }) => newest !== null);
    return {
      step: 'ask',
      state: `${titlesOf(connected, 'and')} ${connected.length === 1 ? 'is' : 'are'} connected.`,
      next: 'Ask your first question in any channel: `/since 2h`. Only you see the answer.',
    };
  }
  const address = publicUrl === null ? 'https://<your host>' : publicUrl;
  if (coverage.length === 0) {
    return {
      step: 'connect',
      state: 'No source is connected yet, so I know of no changes.',
      next: `Connect GitHub first: set \`GITHUB_WEBHOOK_SECRET\` where I run and restart me, then add a webhook for your organisation that posts to \`${outside(`${address}/ingest/github`, 300)}\` with that secret.`,
    };
  }
  const waited = titlesOf(coverage, 'or');
  if (ping !== null) {
    const ago = now === null ? '' : `, ${formatDuration(Math.max(0, now.getTime() - ping.at.getTime()))} ago`;
    return {
      step: 'wait',
      state: `The test event of ${outside(ping.title, 60)} has arrived${ago}: the connection works.`,
      next: 'Merge or push something. It appears here within seconds, and then `/since 2h` tells of it.',
    };
  }
  return {
    step: 'wait',
    state: `A source is set up, but nothing has arrived from it yet: I am waiting for the first event of ${waited}.`,
    next: `Check the deliveries in the source's own webhook settings: they go to \`${outside(`${address}/ingest/<source>`, 300)}\`. At GitHub, _Recent Deliveries → Redeliver_ sends the test event again.`,
  };
}

function titlesOf(coverage: readonly SourceCoverage[], joint: 'and' | 'or'): string {
  const titles = coverage.slice(0, 3).map(({ title }) => outside(shorten(title, 60), 60));
  const rest = coverage.length - titles.length;
  const named = rest > 0 ? [...titles, `${rest} more`] : titles;
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} ${joint} ${named.at(-1) ?? ''}`;
}

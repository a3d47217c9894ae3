import type { Backport } from './backport.ts';
import { incidentReference } from '../incidents/incident.ts';
import { shorten } from '../shorten.ts';
import { formatDuration } from '../since/format.ts';

/** A fix that runs somewhere, as people are told of it. */
export interface LiveFix extends Pick<Backport, 'pullRequest' | 'title' | 'incidentId' | 'imported'> {
  readonly liveSince: Date;
}

const titleLength = 40;
const day = 86_400_000;

/** `fix #123`, and without a pull request `fix "Cap batch size"`. */
export function fixName({ pullRequest, title }: Pick<LiveFix, 'pullRequest' | 'title'>): string {
  return pullRequest === null ? `fix "${shorten(title, titleLength)}"` : `fix #${pullRequest}`;
}

/** `from INC-42, live since Tuesday`, as said at a moment: it is to read the same whenever it is said again. */
export function liveWords(
  { incidentId, liveSince, imported }: Omit<LiveFix, 'title' | 'pullRequest'>,
  at: Date,
): string {
  const origin = incidentId === null ? '' : `from ${incidentReference({ id: incidentId })}, `;
  // It was there already when anybody looked first.
  const age = at.getTime() - liveSince.getTime();
  // Its weekday would be taken for last week's.
  if (age < day) return `${origin}live for ${formatDuration(Math.max(0, age))}${imported ? ' or longer' : ''}`;
  return `${origin}live since ${sinceWords(liveSince, at)}${imported ? ' or earlier' : ''}`;
}

/** `fix #123 from INC-42, live since Tuesday`. */
export function fixWords(fix: LiveFix, at: Date): string {
  return `${fixName(fix)}${fix.incidentId === null ? ', ' : ' '}${liveWords(fix, at)}`;
}

/** `Tuesday` within the last days, else the day. UTC. */
function sinceWords(from: Date, at: Date): string {
  const near = at.getTime() - from.getTime() < 6 * day;
  return near
    ? new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(from)
    : from.toISOString().slice(0, 10);
}

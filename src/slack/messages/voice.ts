import { bold, outside } from './escape.ts';
import { readerTime } from './time.ts';

/** How the same words are said: drawn by Slack for each reader, or written out for notifications and screen readers. */
export interface Voice {
  readonly at: (date: Date) => string;
  /** With how long ago that is, where Slack keeps count of it. */
  readonly since: (date: Date) => string;
  /** Only how long ago that is, where Slack keeps count of it. */
  readonly ago: (date: Date) => string;
  /** Text from outside. */
  readonly strong: (text: string, limit: number) => string;
  readonly who: (saidBy: string | null) => string;
}

/**
 * Nothing of it grows old: a message is only edited when something has happened. Days are said where they are not that
 * of `anchor`.
 */
export function drawn(anchor: Date): Voice {
  return { at: (date) => readerTime(date, anchor), since: sinceDrawn, ago: agoDrawn, strong: bold, who };
}

/** Of a message that stands for weeks: each time has its day. */
export const dated: Voice = drawn(new Date(0));

export const written: Voice = {
  at: writtenOut,
  since: (date) => `since ${writtenOut(date)}`,
  ago: (date) => `since ${writtenOut(date)}`,
  strong: outside,
  who,
};

export function sinceDrawn(date: Date): string {
  const seconds = Math.floor(date.getTime() / 1000);
  if (!Number.isFinite(seconds) || seconds < 0) return `since ${writtenOut(date)}`;
  return `since <!date^${seconds}^{date_short_pretty} {time}|${writtenOut(date)}> (<!date^${seconds}^{ago}|then>)`;
}

function agoDrawn(date: Date): string {
  const seconds = Math.floor(date.getTime() / 1000);
  const plain = `since ${writtenOut(date)}`;
  return !Number.isFinite(seconds) || seconds < 0 ? plain : `<!date^${seconds}^{ago}|${plain}>`;
}

function writtenOut(date: Date): string {
  if (!Number.isFinite(date.getTime())) return 'an unknown time';
  const iso = date.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function who(saidBy: string | null): string {
  if (saidBy === null) return 'a rule';
  if (/^[UW][A-Z0-9]{1,30}$/.test(saidBy)) return `<@${saidBy}>`;
  return `the API token ${outside(saidBy.replace(/^api:/, ''), 60)}`;
}

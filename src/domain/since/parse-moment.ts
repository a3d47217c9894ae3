import { matchMoment } from './moment.ts';
import { settle } from './settle.ts';
import { knownZone } from './time-zone.ts';
import { tokensOf } from './tokens.ts';

export type MomentRead =
  /** `notes`: ambiguities and how they were decided. */
  | { readonly outcome: 'moment'; readonly at: Date; readonly notes: readonly string[] }
  | { readonly outcome: 'not-understood'; readonly problem: string };

/** Words that may stand before a moment and say nothing about it. */
const fillers = new Set(['at', 'since', 'from', 'around', 'about', '~', 'time', 'it', 'began', 'started', 'was', 'is']);

/**
 * One moment of the past as a person writes it: `14:05`, `1405`, `yesterday 23:50`, `20 minutes ago`, in the time zone
 * of who wrote it (an unknown one counts as UTC). A time of day that is still to come is yesterday's.
 */
export function parseMoment(
  text: string,
  { now, timezone }: { readonly now: Date; readonly timezone: string },
): MomentRead {
  const tokens = tokensOf(withColons(text));
  const from = tokens.findIndex(({ word }) => !fillers.has(word));
  const found = from === -1 ? null : matchMoment(tokens, from);
  if (found === null) return { outcome: 'not-understood', problem: 'I found no time in that.' };
  if (from + found.length < tokens.length) {
    const rest = tokens.slice(from + found.length, from + found.length + 8).map(({ raw }) => raw);
    return { outcome: 'not-understood', problem: `After the time I cannot read “${rest.join(' ')}”.` };
  }
  const settled = settle(found.moment, found.words, 'since', { now, zone: knownZone(timezone) ?? 'UTC' });
  if (settled.outcome === 'no-such-time') return { outcome: 'not-understood', problem: settled.problem };
  if (settled.at > now) return { outcome: 'not-understood', problem: `“${found.words}” is still to come.` };
  return { outcome: 'moment', at: settled.at, notes: [...found.notes, ...settled.notes] };
}

/** `1405` and `14.05`, as people in a hurry write a time of day. */
function withColons(text: string): string {
  return text.replace(/(^|\s)([01]\d|2[0-3])[.]?([0-5]\d)(?=\s|$)/, '$1$2:$3');
}

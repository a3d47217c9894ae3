import { isPage } from './incidents/opening-signal.ts';
import type { FoldedSignal } from './signal.ts';

/** A Slack channel, as far as it can be named. */
export interface NameableChannel {
  readonly id: string;
  /** Without `#`. */
  readonly name: string;
  readonly topic: string;
}

/** What of a signal may tie it to a channel or another signal. */
export type Tied = Pick<FoldedSignal, 'source' | 'subject' | 'url' | 'channel' | 'reference' | 'labels'>;

/** How a channel names a signal, in words; null: it does not. `numberAlone`: what counts incidents may be another. */
export interface Named {
  readonly why: string;
  readonly numberAlone: boolean;
}

const mostLinks = 20;

/** Addresses in a text, without what only tracks who came by them. */
export function linksIn(text: string): readonly string[] {
  const found = text.match(/https?:\/\/[^\s<>|"']+/gi) ?? [];
  return found.slice(0, mostLinks).flatMap((link) => plainLink(link) ?? []);
}

/** The addresses of the page itself, and those in its labels, of other pages. An alert's address is that of a chart. */
export function linksOf(signal: Tied): readonly string[] {
  const own = isPage(signal) && signal.url !== null ? [plainLink(signal.url)] : [];
  return [...own.flatMap((link) => link ?? []), ...Object.values(signal.labels).flatMap(linksIn)];
}

/** Whether people made this channel for what the signal tells. */
export function channelNames(channel: NameableChannel, signal: Tied): Named | null {
  const said = signal.channel?.replace(/^#/, '').toLowerCase();
  if (said !== undefined && (said === channel.id.toLowerCase() || said === channel.name.toLowerCase())) {
    return { why: `its channel is #${channel.name}`, numberAlone: false };
  }
  if (!isPage(signal)) return null;
  const links = new Set(linksIn(channel.topic));
  if (linksOf(signal).some((link) => links.has(link))) return { why: 'same link', numberAlone: false };
  const { reference } = signal;
  if (reference === null) return null;
  if (holds(channel.topic, reference)) return { why: `${reference} in the topic`, numberAlone: false };
  if (holds(channel.name, reference)) return { why: `${reference} in the channel’s name`, numberAlone: false };
  const number = /\d+$/.exec(reference)?.[0];
  if (number === undefined || !holds(channel.name, number)) return null;
  return { why: `${number} in the channel’s name`, numberAlone: true };
}

/** As a word of its own: `INC-4` is not in `inc-42`. */
function holds(text: string, word: string): boolean {
  const [within, sought] = [text.toLowerCase(), word.toLowerCase()];
  for (let at = within.indexOf(sought); at !== -1; at = within.indexOf(sought, at + 1)) {
    const [before, after] = [within[at - 1] ?? ' ', within[at + sought.length] ?? ' '];
    if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) return true;
  }
  return false;
}

function plainLink(link: string): string | null {
  const url = URL.parse(link.replace(/[.,;:!?)\]}]+$/, ''));
  if (url === null || url.pathname === '/') return null;
  return `${url.host}${url.pathname.replace(/\/+$/, '')}`.toLowerCase();
}

import { type NameableChannel, linksIn, linksOf } from '../channel-names.ts';
import { onsetOf } from './onset.ts';
import { alertKey, opensIncident } from './opening-signal.ts';
import type { FoldedSignal } from '../signal.ts';
import { stemOf, wordsOf } from '../words.ts';

/** A signal that belongs to no incident yet. */
export interface HeardSignal {
  readonly id: string;
  readonly signal: FoldedSignal;
  readonly heardAt: Date;
  /** False: it may belong to an incident and be reason for none. */
  readonly mayOpen: boolean;
}

/** An incident that is open, or was until lately. */
export interface KnownIncident {
  readonly id: string;
  readonly title: string;
  readonly environment: string | null;
  readonly services: readonly string[];
  readonly startedAt: Date;
  readonly openedAt: Date;
  readonly resolvedAt: Date | null;
  readonly private: boolean;
  readonly channel: NameableChannel | null;
  /** When something of it began last. */
  readonly latestAt: Date;
  /** Null: people opened it. */
  readonly openedBy: 'page' | 'alert' | null;
  /** Alerts joined it only because they were so many. */
  readonly stormy: boolean;
  /** Those of its signals that were heard last, and one of each alert in question. */
  readonly signals: readonly FoldedSignal[];
}

/** A signal with what the rules look at, computed once. */
export interface Placed extends HeardSignal {
  readonly environment: string;
  /** In milliseconds. */
  readonly onset: number;
  readonly opens: boolean;
  readonly alert: string;
  readonly links: readonly string[];
  readonly words: ReadonlySet<string>;
}

/** An incident while signals are added to it. */
export interface Candidate {
  readonly incident: Omit<KnownIncident, 'services' | 'signals' | 'latestAt' | 'stormy'>;
  readonly environment: string;
  readonly services: Set<string>;
  readonly links: Set<string>;
  readonly alerts: Set<string>;
  /** Each title once, as its words. */
  readonly titles: Map<string, ReadonlySet<string>>;
  /** When something of it began last, in milliseconds. */
  latest: number;
  stormy: boolean;
}

const mostTitles = 20;

export function placed(heard: HeardSignal, defaultEnvironment: string): Placed {
  const { signal, heardAt, mayOpen } = heard;
  return {
    ...heard,
    environment: signal.environment ?? defaultEnvironment,
    onset: onsetOf(signal.startedAt, heardAt).at.getTime(),
    opens: mayOpen && opensIncident(signal, defaultEnvironment),
    alert: alertKey(signal),
    links: linksOf(signal),
    words: titleWords(signal.title),
  };
}

export function candidateOf(incident: KnownIncident, defaultEnvironment: string): Candidate {
  const { signals, services, channel } = incident;
  const candidate: Candidate = {
    incident,
    environment: incident.environment ?? defaultEnvironment,
    services: new Set(services),
    links: new Set(channel === null ? [] : linksIn(channel.topic)),
    alerts: new Set(signals.map(alertKey)),
    titles: new Map([[incident.title, titleWords(incident.title)]]),
    latest: Math.max(incident.startedAt.getTime(), incident.latestAt.getTime()),
    stormy: incident.stormy,
  };
  for (const signal of signals) {
    for (const link of linksOf(signal)) candidate.links.add(link);
    keepTitle(candidate, signal.title, () => titleWords(signal.title));
  }
  return candidate;
}

/** From now on it is known by this signal too. */
export function add(candidate: Candidate, { signal, alert, links, words, onset }: Placed): void {
  candidate.alerts.add(alert);
  for (const link of links) candidate.links.add(link);
  for (const service of signal.services) candidate.services.add(service);
  keepTitle(candidate, signal.title, () => words);
  candidate.latest = Math.max(candidate.latest, onset);
}

function keepTitle({ titles }: Candidate, title: string, words: () => ReadonlySet<string>): void {
  if (titles.size < mostTitles && !titles.has(title)) titles.set(title, words());
}

/** Numbers and names of machines are no words, so `CPU high on web-1` is `CPU high on web-2`. */
export function titleWords(title: string): ReadonlySet<string> {
  return new Set(wordsOf(title).map(stemOf));
}

/** Whether two titles tell of one thing. */
export function areAlike(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  if (shared > 0 && shared === a.size && shared === b.size) return true;
  return shared >= 2 && shared / (a.size + b.size - shared) >= 0.6;
}

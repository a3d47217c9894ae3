import type { Catalog } from './catalog.ts';
import { type Names, namesOf } from './names.ts';

export const severities = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

export type State = 'open' | 'acknowledged' | 'resolved';

/**
 * What a system that watches says about one incident: that it is there, or over. No change; told apart from them
 * because it is what changes are suspected of. Immutable; environment and service stand as the source wrote them.
 */
export interface Signal {
  /** Equal for two signals exactly when they say the same, in however many deliveries. At most 500 characters. */
  readonly key: string;
  readonly source: string;
  /**
   * What it is about: equal for all signals of one incident or one firing of one alert, and for no other. A firing that
   * begins anew (Alertmanager's `startsAt`) is another. At most 300 characters.
   */
  readonly subject: string;
  /** Left out by what speaks about an incident and not of how it stands: a status update, a responder called in. */
  readonly state?: State;
  /** When this was so. ISO 8601, UTC. */
  readonly occurredAt: string;
  /** `received`: the source gave no time, so `occurredAt` is when we got it. */
  readonly clock: 'source' | 'received';
  /** When the incident began, where the source says. ISO 8601, UTC. */
  readonly startedAt?: string;
  readonly title?: string;
  /** What people call it: `#1234`, `INC-42`. */
  readonly reference?: string;
  readonly severity?: Severity;
  readonly environmentName?: string;
  readonly serviceName?: string;
  readonly url?: string;
  /** The Slack channel made for it: its id or, failing that, its name. */
  readonly channel?: string;
  /** The source's labels, tags or fields that tell what it is about. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What all signals of one subject add up to, in our words. */
export interface FoldedSignal extends Names {
  readonly source: string;
  readonly subject: string;
  readonly state: State;
  readonly title: string;
  readonly reference: string | null;
  readonly severity: Severity | null;
  readonly url: string | null;
  readonly channel: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly startedAt: Date;
  /** Null while it is not resolved. */
  readonly resolvedAt: Date | null;
}

/**
 * The order of `signals` and repetitions among them make no difference. All are of one subject. One that nothing said to
 * be over is open.
 */
export function foldSignals(signals: readonly Signal[], catalog: Catalog): FoldedSignal {
  const ordered = inOrder(signals);
  const last = ordered.at(-1);
  if (last === undefined) throw new Error('an incident without signals');
  const told: Signal = ordered.reduce((sum, signal) => ({ ...sum, ...signal }));
  const labels = Object.assign({}, ...ordered.map((signal) => signal.labels ?? {})) as Record<string, string>;
  return {
    ...namesOf(told, catalog),
    source: last.source,
    subject: last.subject,
    state: told.state ?? 'open',
    title: told.title ?? last.subject,
    reference: told.reference ?? null,
    severity: told.severity ?? null,
    url: told.url ?? null,
    channel: told.channel ?? null,
    labels,
    startedAt: startedAt(ordered),
    resolvedAt: resolvedAt(ordered),
  };
}

/**
 * The earliest beginning that was told since it was over before: one that is opened again began then, unless its source
 * counts from the first time.
 */
function startedAt(ordered: readonly Signal[]): Date {
  const lastGoing = ordered.findLastIndex(({ state }) => state === 'open' || state === 'acknowledged');
  const lastOver = ordered.slice(0, Math.max(lastGoing, 0)).findLastIndex(({ state }) => state === 'resolved');
  const told = ordered.slice(lastOver + 1).map((signal) => signal.startedAt ?? signal.occurredAt);
  return new Date(told.toSorted()[0] ?? 0);
}

/** When it began once more after it had been over. Null: it has not. */
export function beganAgainAt(signals: readonly Signal[]): Date | null {
  const stated = inOrder(signals).filter(({ state }) => state !== undefined);
  const lastGoing = stated.findLastIndex(({ state }) => state !== 'resolved');
  const lastOver = stated.slice(0, Math.max(lastGoing, 0)).findLastIndex(({ state }) => state === 'resolved');
  const again = lastOver === -1 ? undefined : stated[lastOver + 1];
  return again === undefined ? null : new Date(again.occurredAt);
}

/** What is said about it after it was resolved does not resolve it later. */
function resolvedAt(ordered: readonly Signal[]): Date | null {
  const stated = ordered.filter(({ state }) => state !== undefined);
  const lastGoing = stated.findLastIndex(({ state }) => state !== 'resolved');
  const over = stated[lastGoing + 1];
  return over === undefined ? null : new Date(over.occurredAt);
}

/** One of each key, in the order in which they came true. Of a repetition without a time of its own the first stands. */
function inOrder(signals: readonly Signal[]): readonly Signal[] {
  const byKey = new Map<string, Signal>();
  for (const signal of signals) {
    const same = byKey.get(signal.key);
    if (same === undefined || signal.occurredAt < same.occurredAt) byKey.set(signal.key, signal);
  }
  return [...byKey.values()].toSorted(compare);
}

const stages: readonly Signal['state'][] = [undefined, 'open', 'acknowledged', 'resolved'];

/** At equal times (many clocks have whole seconds) an end comes after a beginning. */
function compare(a: Signal, b: Signal): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? -1 : 1;
  if (a.state !== b.state) return stages.indexOf(a.state) - stages.indexOf(b.state);
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

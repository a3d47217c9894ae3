import type { Severity } from '../signal.ts';

/** What a person has decided about a change in an incident. */
export const verdicts = ['caused', 'fixed', 'suspect', 'dismissed'] as const;
export type Verdict = (typeof verdicts)[number];

/** The Slack channel made for an incident. */
export interface IncidentChannel {
  readonly id: string;
  /** Without `#`. */
  readonly name: string;
  /** Why Slack takes no more messages there, in words; null while it does. */
  readonly closed: string | null;
}

/** A fault that people work on. */
export interface Incident {
  readonly id: string;
  readonly title: string;
  /** What is seen of it, in words; empty when nobody said more than the title. */
  readonly symptom: string;
  readonly severity: Severity | null;
  readonly environment: string | null;
  /** Affected services; empty: not known. */
  readonly services: readonly string[];
  /** When the fault began. */
  readonly startedAt: Date;
  /** When we heard of it. */
  readonly openedAt: Date;
  readonly mitigatedAt: Date | null;
  readonly resolvedAt: Date | null;
  /** A person has said these, so that signals alter them no more. */
  readonly said: { readonly scope: boolean; readonly start: boolean; readonly title: boolean };
  readonly channel: IncidentChannel | null;
  /** Nothing of it is shown outside its channel. */
  readonly private: boolean;
  readonly causeId: string | null;
  /** How the cause did it. Without a change: what else did; null then: nobody knows. */
  readonly causeNote: string | null;
  /** The incident that it turned out to be one with. */
  readonly mergedInto: string | null;
}

/** `INC-42`. */
export function incidentReference({ id }: Pick<Incident, 'id'>): string {
  return `INC-${id}`;
}

/** The id in `INC-42`, `inc-42` or `42`. Null: it names none. */
export function incidentIdOf(reference: string): string | null {
  return /^(?:inc-)?0*([1-9]\d{0,17})$/i.exec(reference.trim())?.[1] ?? null;
}

export const entryKinds = [
  'opened',
  'note',
  'verdict',
  'severity',
  'scope',
  'start-time',
  'joined',
  'parted',
  'mitigated',
  'resolved',
  'reopened',
  'title',
  'channel',
] as const;
export type EntryKind = (typeof entryKinds)[number];

/** One line of an incident's own timeline: what somebody wrote, decided or corrected. */
export interface IncidentEntry {
  readonly id: string;
  readonly kind: EntryKind;
  /** When it was so. */
  readonly at: Date;
  /** Empty where the kind says it all. */
  readonly text: string;
  /** A Slack member id or `api:<name of the token>`; null: a rule. */
  readonly saidBy: string | null;
  /** The Slack message that it repeats. */
  readonly message: { readonly channelId: string; readonly ts: string } | null;
  readonly edited: boolean;
  readonly verdict: { readonly changeId: string; readonly verdict: Verdict } | null;
}

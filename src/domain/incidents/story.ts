import type { Suspect } from '../answer.ts';
import { isDeploy, tookEffect } from '../change-words.ts';
import type { Change } from '../change.ts';
import { type IncidentMeasures, measuresOf } from './measures.ts';
import type { Incident, IncidentEntry, Verdict } from './incident.ts';
import type { FoldedSignal } from '../signal.ts';

/** One moment of an incident. */
export type StoryLine =
  | { readonly type: 'onset'; readonly at: Date }
  | { readonly type: 'entry'; readonly at: Date; readonly entry: IncidentEntry; readonly change: Change | null }
  | { readonly type: 'alert'; readonly at: Date; readonly alert: FoldedSignal; readonly part: 'began' | 'over' }
  | { readonly type: 'change'; readonly at: Date; readonly change: Change };

/** What a person decided last about a change. */
export interface Decided {
  readonly change: Change;
  readonly verdict: Verdict;
  readonly entry: IncidentEntry;
}

/** Everything about an incident in the order in which it was so, and what came of it. */
export interface Story {
  readonly incident: Incident;
  readonly measures: IncidentMeasures;
  readonly lines: readonly StoryLine[];
  readonly cause: Change | null;
  readonly fixes: readonly Change[];
  readonly decided: readonly Decided[];
  /** What nobody has decided about, the likeliest first. */
  readonly suspects: readonly Suspect[];
  /** Why the cause looked like one. */
  readonly causeReasons: readonly string[];
  /** By the id of a change: what took it back, begun or done. */
  readonly undone: ReadonlyMap<string, Change>;
  /** Those that are told one by one, in the order in which they began. */
  readonly alerts: readonly FoldedSignal[];
  readonly alertCount: number;
  readonly alertsOpen: number;
  readonly firstAlertAt: Date | null;
  /** Changes that landed during it and are not told, because there were too many. */
  readonly leftOut: number;
  /** The moment as of which it is told. */
  readonly asOf: Date;
}

export interface StoryParts {
  readonly incident: Incident;
  readonly entries: readonly IncidentEntry[];
  readonly verdicts: ReadonlyMap<string, IncidentEntry>;
  readonly alerts: readonly FoldedSignal[];
  readonly alertCount: number;
  readonly alertsOpen: number;
  readonly firstAlertAt: Date | null;
  /** Those that it may have to do with, and all that a person decided about. */
  readonly changes: readonly Change[];
  readonly suspects: readonly Suspect[];
  readonly undone: ReadonlyMap<string, Change>;
  /** The affected services and what they depend on; empty: not known. */
  readonly services: readonly string[];
  readonly asOf: Date;
}

/** Suspects of which nobody has said anything, that are told. */
const mostSuspects = 3;
/** Changes that landed during it, that are told. Those that a person decided about are told besides. */
const mostDuring = 60;
/** A fix often lands for good after the incident is over. */
const aftermath = 3_600_000;

export function tellStory(parts: StoryParts): Story {
  const { incident, entries, changes, undone, asOf } = parts;
  const byId = new Map(changes.map((change) => [change.id, change]));
  const decided = decisionsOf(parts.verdicts, byId);
  const open = parts.suspects.filter(({ change }) => !parts.verdicts.has(change.id)).slice(0, mostSuspects);
  const during = changes
    .filter((change) => isDuring(change, parts))
    .toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  const undoing = new Set([...undone].filter(([id]) => parts.verdicts.has(id)).map(([, { id }]) => id));
  const certain = new Set([
    ...decided.map(({ change }) => change.id),
    ...open.map(({ change }) => change.id),
    ...undoing,
  ]);
  const others = during.filter(({ id }) => !certain.has(id));
  const told = [...changes.filter(({ id }) => certain.has(id)), ...others.slice(0, mostDuring)];
  const cause = incident.causeId === null ? null : (byId.get(incident.causeId) ?? null);
  const lines: StoryLine[] = [
    { type: 'onset', at: incident.startedAt },
    ...told.map((change) => ({ type: 'change', at: change.occurredAt, change }) as const),
    ...parts.alerts.flatMap(alertLines),
    ...entries.map((entry) => {
      const change = entry.verdict === null ? null : (byId.get(entry.verdict.changeId) ?? null);
      return { type: 'entry', at: entry.at, entry, change } as const;
    }),
  ];
  return {
    incident,
    measures: measuresOf(incident, parts.firstAlertAt),
    lines: lines.toSorted((a, b) => a.at.getTime() - b.at.getTime() || order(a) - order(b)),
    cause,
    fixes: decided.filter(({ verdict }) => verdict === 'fixed').map(({ change }) => change),
    decided,
    suspects: open,
    causeReasons: reasonsOf(cause, parts.suspects),
    undone,
    alerts: parts.alerts,
    alertCount: parts.alertCount,
    alertsOpen: parts.alertsOpen,
    firstAlertAt: parts.firstAlertAt,
    leftOut: others.length - Math.min(others.length, mostDuring),
    asOf,
  };
}

/** The Slack members who said something of it, by their ids. */
export function membersIn({ lines }: Story): readonly string[] {
  const said = lines.flatMap((line) => (line.type === 'entry' ? (line.entry.saidBy ?? []) : []));
  return [...new Set(said)].filter((id) => !id.startsWith('api:'));
}

function decisionsOf(verdicts: StoryParts['verdicts'], byId: ReadonlyMap<string, Change>): readonly Decided[] {
  return [...verdicts.values()]
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .flatMap((entry) => {
      const change = byId.get(entry.verdict?.changeId ?? '');
      return entry.verdict === null || change === undefined ? [] : [{ change, verdict: entry.verdict.verdict, entry }];
    });
}

/** It landed, or was under way, between the onset and the end, and concerns what is affected. */
function isDuring(change: Change, { incident, services, asOf }: StoryParts): boolean {
  const { environment, startedAt, resolvedAt } = incident;
  if (environment !== null && change.environment !== null && change.environment !== environment) return false;
  if (services.length > 0 && change.services.length > 0 && !change.services.some((each) => services.includes(each))) {
    return false;
  }
  const end = resolvedAt === null ? asOf.getTime() : resolvedAt.getTime() + (isDeploy(change) ? aftermath : 0);
  return tookEffect(change) >= startedAt && change.occurredAt.getTime() <= end;
}

function alertLines(alert: FoldedSignal): readonly StoryLine[] {
  const began = { type: 'alert', at: alert.startedAt, alert, part: 'began' } as const;
  return alert.resolvedAt === null ? [began] : [began, { type: 'alert', at: alert.resolvedAt, alert, part: 'over' }];
}

function reasonsOf(cause: Change | null, suspects: readonly Suspect[]): readonly string[] {
  const suspect = suspects.find(({ change }) => change.id === cause?.id);
  return suspect?.reasons.filter(({ weight }) => weight > 0).map(({ text }) => text) ?? [];
}

/** At one moment a change comes before the fault, the fault before its alert, and what people say last. */
function order(line: StoryLine): number {
  switch (line.type) {
    case 'change':
      return 0;
    case 'onset':
      return 1;
    case 'alert':
      return line.part === 'began' ? 2 : 4;
    case 'entry':
      return 3;
  }
}

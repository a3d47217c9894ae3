import type { Change } from './change.ts';
import type { TimelineEvent } from './event.ts';

/** A deploy as one or more systems told it under identities of their own. */
export interface Report {
  readonly id: string;
  /** The systems that told it: no two reports of one system are the same deploy. */
  readonly reporters: ReadonlySet<string>;
  /** By type (`commit`, `version`, `image`, `run`, `pull-request`) what it is about. */
  readonly marks: ReadonlyMap<string, ReadonlySet<string>>;
  readonly begun: Date;
  readonly ended: Date;
}

/**
 * How long after the end of one report another may begin and still tell the same deploy: a reconciler looks every few
 * minutes, a progressive rollout waits for its analysis.
 */
const patience = 3_600_000;

/** Marks that a deploy has one of: where two differ in them, they are different deploys. */
const decisive = ['commit', 'version', 'image'] as const;

/**
 * Which reports about one service in one environment tell the same deploy: for each, the id of the first recorded one of
 * its group. Never by time alone: a shared mark is needed, no report of the same system, and nothing in between that
 * put another version there (going back to a version is a deploy of its own). The order of `reports` makes no
 * difference.
 */
export function groupReports(reports: readonly Report[]): ReadonlyMap<string, string> {
  const groups: Report[][] = [];
  for (const report of reports.toSorted(inTime)) {
    const group = groupFor(report, groups);
    if (group === undefined) groups.push([report]);
    else group.push(report);
  }
  return new Map(
    groups.flatMap((group) => {
      const first = group.map(({ id }) => id).toSorted(byNumber)[0] ?? '';
      return group.map(({ id }) => [id, first] as const);
    }),
  );
}

/** The latest that fits, unless a later one shows that it had been replaced. */
function groupFor(report: Report, groups: readonly Report[][]): Report[] | undefined {
  for (const group of groups.toReversed()) {
    if (!group.some((member) => shareMark(member, report))) {
      if (group.some((member) => contradict(member, report))) return undefined;
      continue;
    }
    const ended = Math.max(...group.map((member) => member.ended.getTime()));
    const known = group.some((member) => [...member.reporters].some((reporter) => report.reporters.has(reporter)));
    return known || report.begun.getTime() - ended > patience ? undefined : group;
  }
  return undefined;
}

function shareMark(a: Report, b: Report): boolean {
  return [...a.marks].some(([type, values]) =>
    [...values].some((value) => [...(b.marks.get(type) ?? [])].some((other) => isSame(type, value, other))),
  );
}

/** Many systems tell the first seven or more digits of a commit. */
function isSame(type: string, a: string, b: string): boolean {
  return type === 'commit' ? a.startsWith(b) || b.startsWith(a) : a === b;
}

function contradict(a: Report, b: Report): boolean {
  return decisive.some((type) => a.marks.has(type) && b.marks.has(type));
}

function inTime(a: Report, b: Report): number {
  return a.begun.getTime() - b.begun.getTime() || byNumber(a.id, b.id);
}

function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** What the events of a deploy tell of it. `change`: as they add up. */
export function reportOf(change: Change, events: readonly TimelineEvent[]): Report {
  const marks = new Map<string, Set<string>>();
  const mark = (type: string, value: string | undefined) => {
    if (value === undefined || value === '') return;
    marks.set(type, (marks.get(type) ?? new Set()).add(value));
  };
  const markLabel = (label: string | undefined) => {
    if (label === undefined) return;
    if (/^(?=.*[a-f])[0-9a-f]{7,40}$/i.test(label)) mark('commit', label.toLowerCase());
    // `latest` and `main` name whatever is newest.
    else if (/\d/.test(label)) mark('version', label.toLowerCase().replace(/^v(?=\d)/, ''));
  };
  for (const { statement, mentions } of events) {
    mark('commit', statement.commit);
    markLabel(statement.to);
    for (const { type, value } of mentions) {
      if (type === 'commit') mark('commit', value.slice(value.lastIndexOf('@') + 1));
      else if (type === 'tag') markLabel(value.slice(value.lastIndexOf('@') + 1));
      else if (type === 'image' || type === 'run' || type === 'pull-request') mark(type, value);
    }
  }
  return {
    id: change.id,
    reporters: new Set(events.map(({ statement }) => reporterOf(statement))),
    marks,
    begun: change.occurredAt,
    ended: change.finishedAt ?? change.occurredAt,
  };
}

/** Several systems report through the API, each with a token of its own, which its statements' keys carry. */
function reporterOf({ source, key }: TimelineEvent['statement']): string {
  return source === 'api' ? key.split(':').slice(0, 2).join(':') : source;
}

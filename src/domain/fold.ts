import type { Catalog } from './catalog.ts';
import type { Change, Kind, Status } from './change.ts';
import type { Actor, Commit, PullRequest, Review, Statement, TimelineEvent, Trait } from './event.ts';
import { type Identity, identityKey } from './identity.ts';
import { namesOf } from './names.ts';
import type { Relation } from './relation.ts';
import { usualRules } from './change-rules/registry.ts';
import { risksOf } from './risk.ts';

/** What a change's own events say: all of it but its row's number, how often it was told and when we recorded it. */
export interface Folded extends Omit<Change, 'id' | 'recordedAt' | 'repeated'> {
  /** When it took effect: its end, or its beginning while it runs. Null: only mentioned so far, so not shown. */
  readonly at: Date | null;
}

/**
 * Adds the events about one change up. The order of `events` and repetitions among them make no difference: a change
 * is the same however late, often or disordered its events arrive. `relation` is what its neighbours say (deploys).
 */
export function foldChange(events: readonly TimelineEvent[], catalog: Catalog, relation: Relation | null): Folded {
  const ordered = inOrder(events);
  const statements = ordered.map((event) => event.statement);
  const asserted = statements.filter((statement) => statement.phase !== 'mentioned');
  const told = merge(statements);
  const course = courseOf(asserted.length === 0 ? statements : asserted);
  const names = namesOf(told, catalog);
  const traits = new Set<Trait>(statements.flatMap((statement) => statement.traits ?? []));
  const reviews = unique(
    statements.flatMap((statement) => statement.reviews ?? []),
    reviewKey,
  );
  const pullRequest = pullRequestOf(statements);
  const kind: Kind = relation?.rollback === true ? 'rollback' : (told.kind ?? 'note');
  const sources = unique(
    statements.flatMap(({ source }) => (source === verifying && asserted.length > 0 ? [] : [source])),
    String,
  ).toSorted();
  const facts = {
    kind,
    title: told.title ?? titleOf(kind, told, names.services, names.environment),
    environment: names.environment,
    services: names.services,
    status: course.status,
    occurredAt: course.occurredAt,
    finishedAt: course.finishedAt,
    actor: told.actor ?? null,
    reason: told.reason ?? null,
    pullRequest,
    reviews,
    files: unique(
      statements.flatMap((statement) => statement.paths ?? []),
      String,
    ),
    carried: relation?.carried ?? null,
    details: told.details ?? {},
    sources,
  };
  return {
    ...facts,
    at: asserted.length === 0 ? null : (course.finishedAt ?? course.occurredAt),
    service: names.services.length === 1 ? (names.services[0] ?? null) : null,
    repository: told.repository ?? null,
    clock: course.clock,
    from: relation?.from ?? told.from ?? null,
    to: told.to ?? null,
    commit: told.commit ?? null,
    previousCommit: relation?.previousCommit ?? told.previousCommit ?? null,
    branch: told.branch ?? null,
    url: told.url ?? null,
    diffUrl: told.diffUrl ?? compared(told, relation),
    runUrl: told.runUrl ?? null,
    commits: unique(
      statements.flatMap((statement) => statement.commits ?? []),
      (commit: Commit) => commit.sha,
    ),
    before: told.before ?? null,
    after: told.after ?? null,
    identities: unique(
      ordered.flatMap((event) => [...event.identities, ...event.mentions]),
      identityKey,
    ),
    risks: risksOf(
      {
        ...facts,
        traits,
        release: null,
        rollback: relation?.rollback === true,
        outcomes: course.outcomes,
        failedOnce: statements.some((statement) => statement.phase === 'failed'),
        hearsay: asserted.length > 0 && asserted.every((statement) => statement.traits?.includes('hearsay') === true),
        notVerified: notVerified(statements),
      },
      catalog.rules ?? usualRules,
    ),
  };
}

/** Our own looks at what was deployed (src/sources/verification.ts): they report no change. */
const verifying = 'verification';

/** What the last look found wrong; null: nothing, or nobody looked. */
function notVerified(ordered: readonly Statement[]): string | null {
  const found = ordered.findLast(({ source }) => source === verifying)?.details?.['verification'];
  return typeof found === 'string' && found.startsWith('not verified: ') ? found : null;
}

/** One event per statement key, weakest first, so that what is said later and with more authority stands. */
export function inOrder(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  if (events.length < 2) return events;
  const byKey = new Map<string, TimelineEvent>();
  for (const event of events) {
    const same = byKey.get(event.statement.key);
    // Only a statement without a time of its own differs from its repetition: the first time that we heard it stands.
    if (same === undefined || event.statement.occurredAt < same.statement.occurredAt)
      byKey.set(event.statement.key, event);
  }
  return [...byKey.values()].toSorted((a, b) => compare(a.statement, b.statement));
}

function compare(a: Statement, b: Statement): number {
  return (a.authority ?? 0) - (b.authority ?? 0) || order(a.occurredAt, b.occurredAt) || order(a.key, b.key);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function merge(ordered: readonly Statement[]): Statement {
  const [first, ...rest] = ordered;
  if (first === undefined) throw new Error('a change without events');
  return rest.reduce<Statement>(
    (sum, statement) => ({ ...sum, ...statement, details: { ...sum.details, ...statement.details } }),
    first,
  );
}

interface Course {
  readonly status: Status | null;
  readonly occurredAt: Date;
  readonly finishedAt: Date | null;
  readonly clock: 'source' | 'received';
  /** The last word of each source. */
  readonly outcomes: readonly Pick<Statement, 'source' | 'phase'>[];
}

const worst: readonly Status[] = ['failed', 'cancelled', 'succeeded', 'started'];

/**
 * How it went. Of one source the last word counts (a deploy that failed and then passed has succeeded); where sources
 * disagree the worse is shown. A source's own clock is preferred to the time that we received its event.
 */
function courseOf(statements: readonly Statement[]): Course {
  const timed = statements.filter((statement) => statement.clock === 'source');
  const trusted = timed.length === 0 ? statements : timed;
  const clock = timed.length === 0 ? 'received' : 'source';
  const last = lastOfEachSource(statements);
  const decisive = worst.map((status) => last.find((each) => each.phase === status)).find((each) => each !== undefined);
  const happened = trusted.findLast((statement) => statement.phase === 'happened');
  if (decisive === undefined) {
    const at = happened ?? trusted[0];
    return { status: null, occurredAt: new Date(at?.occurredAt ?? 0), finishedAt: null, clock, outcomes: last };
  }
  // A plan that was told beforehand is not when it began.
  const during = trusted.filter((statement) => statement.phase !== 'happened');
  const began = (during.length === 0 ? trusted : during)
    .map((statement) => statement.startedAt ?? statement.occurredAt)
    .reduce((a, b) => (a < b ? a : b));
  const status = decisive.phase as Status;
  return {
    status,
    occurredAt: new Date(began),
    finishedAt: status === 'started' ? null : new Date(decisive.occurredAt),
    clock,
    outcomes: last,
  };
}

/** At equal times (GitHub's clock has whole seconds) an end comes after a beginning. */
function lastOfEachSource(statements: readonly Statement[]): readonly Statement[] {
  const last = new Map<string, Statement>();
  for (const statement of statements) {
    if (statement.phase === 'happened' || statement.phase === 'mentioned') continue;
    const before = last.get(statement.source);
    if (before === undefined || isLater(statement, before)) last.set(statement.source, statement);
  }
  return [...last.values()];
}

function isLater(a: Statement, b: Statement): boolean {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt > b.occurredAt;
  if ((a.phase === 'started') !== (b.phase === 'started')) return b.phase === 'started';
  return a.key > b.key;
}

/** What a deploy brought, from the version before it; where it went back, what it took away. */
function compared({ compareUrl, commit }: Statement, relation: Relation | null): string | null {
  const before = relation?.previousCommit ?? null;
  if (compareUrl === undefined || commit === undefined || before === null || before === commit) return null;
  const [from, to] = relation?.rollback === true ? [commit, before] : [before, commit];
  return compareUrl.replace('{from}', from).replace('{to}', to);
}

function pullRequestOf(ordered: readonly Statement[]): PullRequest | null {
  const told = ordered.flatMap((statement) => statement.pullRequest ?? []);
  return told.length === 0 ? null : told.reduce((sum, each) => ({ ...sum, ...each }));
}

function titleOf(kind: Kind, told: Statement, services: readonly string[], environment: string | null): string {
  const what = services.length > 0 ? services.join(', ') : (told.repository ?? told.source);
  const version = told.to === undefined ? '' : ` ${told.to}`;
  const where = environment === null ? '' : ` to ${environment}`;
  return `${kind} ${what}${version}${where}`;
}

function reviewKey(review: Review): string {
  return `${actorKey(review.by)} ${review.at} ${review.verdict}`;
}

function actorKey(actor: Actor): string {
  return actor.login ?? actor.email ?? actor.name ?? '';
}

function unique<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  if (items.length < 2) return items;
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** The names by which a person may be asked for, lower-case. */
export function actorsOf(folded: Folded): readonly string[] {
  const people = [folded.actor, folded.pullRequest?.author, ...folded.commits.map((commit) => commit.author)];
  const names = people.flatMap((actor) => [actor?.login, actor?.email, actor?.name]);
  return [...new Set(names.filter((name) => name !== undefined).map((name) => name.toLowerCase()))].slice(0, 100);
}

/** All identities by which later events may join it. */
export function joiningIdentities(events: readonly TimelineEvent[]): readonly Identity[] {
  return unique(
    events.flatMap((event) => event.identities),
    identityKey,
  );
}

import { subMinutes, subSeconds } from 'date-fns';
import type { Answer } from '../src/domain/answer.ts';
import type { Change } from '../src/domain/change.ts';
import type { SourceCoverage } from '../src/domain/coverage.ts';
import type { FoldedSignal } from '../src/domain/signal.ts';
import { type SuspectContext, rankSuspects } from '../src/domain/suspects.ts';

/** When the sample answers are asked: a Friday at 16:13 in London. */
export const askedAt = new Date('2026-11-20T16:13:00Z');

const sha = (digit: string) => digit.repeat(40);

/** A change with nothing special about it; give what the test is about. */
export function aChange(given: Partial<Change> = {}): Change {
  const service = given.service === undefined ? 'checkout' : given.service;
  const occurredAt = given.occurredAt ?? subMinutes(askedAt, 15);
  return {
    id: '1',
    kind: 'deploy',
    title: 'deploy checkout 1.42.0 to production',
    environment: 'production',
    service,
    services: service === null ? [] : [service],
    repository: 'acme/checkout',
    status: null,
    occurredAt,
    finishedAt: null,
    clock: 'source',
    recordedAt: occurredAt,
    from: null,
    to: null,
    commit: null,
    previousCommit: null,
    branch: null,
    actor: null,
    url: null,
    diffUrl: null,
    runUrl: null,
    reason: null,
    commits: [],
    pullRequest: null,
    reviews: [],
    files: [],
    carried: null,
    before: null,
    after: null,
    details: {},
    identities: [],
    risks: [],
    sources: ['github'],
    repeated: null,
    ...given,
  };
}

/** A fault in production of which nothing else is known. */
export function aFault(given: Partial<SuspectContext> = {}): SuspectContext {
  return {
    onset: askedAt,
    now: askedAt,
    environment: 'production',
    services: [],
    dependsOn: new Map(),
    symptom: '',
    background: new Map(),
    releases: null,
    ...given,
  };
}

export function aSource(given: Partial<SourceCoverage> = {}): SourceCoverage {
  return {
    source: 'github',
    title: 'GitHub',
    state: 'fresh',
    newest: subSeconds(askedAt, 40),
    usualGap: 4 * 60_000,
    failed: 0,
    ...given,
  };
}

export function anAlert(given: Partial<FoldedSignal> = {}): FoldedSignal {
  return {
    source: 'pagerduty',
    subject: 'incident:P1',
    state: 'open',
    title: 'Checkout errors',
    reference: null,
    severity: 'critical',
    url: null,
    channel: null,
    labels: {},
    startedAt: subMinutes(askedAt, 14),
    resolvedAt: null,
    environment: 'production',
    services: ['checkout'],
    ...given,
  };
}

/** Counts and suspects follow from the changes unless they are given. */
export function anAnswer(given: Partial<Answer> = {}): Answer {
  const changes = given.changes ?? [];
  const asked = given.askedAt ?? askedAt;
  const window = {
    from: subMinutes(asked, 133),
    to: asked,
    understood: 'since 14:00 (2 h 13 min, your time)',
    notes: [],
  };
  return {
    window,
    filters: { environment: 'production', services: [], kinds: [], actor: null, text: null },
    changes,
    total: changes.length,
    totalIsFloor: false,
    byService: countsOf(changes),
    suspects: rankSuspects(changes, aFault({ onset: (given.window ?? window).to, now: asked, assumed: true }), 5)
      .suspects,
    coverage: [aSource()],
    alerts: [],
    elsewhere: 0,
    waiting: 0,
    unplaced: 0,
    restricted: 0,
    next: null,
    askedAt: asked,
    ...given,
  };
}

function countsOf(changes: readonly Change[]): Answer['byService'] {
  return [...Map.groupBy(changes, ({ service }) => service)]
    .map(([service, of]) => {
      const kinds = Object.fromEntries(
        [...Map.groupBy(of, ({ kind }) => kind)].map(([kind, each]) => [kind, each.length]),
      );
      return { service, kinds, total: of.length };
    })
    .toSorted((a, b) => b.total - a.total);
}

const diff = (service: string, from: string, to: string) =>
  `https://github.com/acme/${service}/compare/${from}...${to}`;
const run = (service: string, id: number) => `https://github.com/acme/${service}/actions/runs/${id}`;
const pull = (number: number, title: string, login: string) => ({
  repository: 'acme/checkout',
  number,
  title,
  author: { login },
  url: `https://github.com/acme/checkout/pull/${number}`,
});

/** The bad deploy: a new way to retry payments that nobody reviewed. */
export const badDeploy = aChange({
  id: '9',
  status: 'succeeded',
  from: '1.41.3',
  to: '1.42.0',
  occurredAt: subMinutes(askedAt, 15),
  finishedAt: subMinutes(askedAt, 12),
  actor: { login: 'ada' },
  diffUrl: diff('checkout', 'v1.41.3', 'v1.42.0'),
  runUrl: run('checkout', 9137),
  carried: {
    by: 'git',
    commits: [
      { sha: sha('a'), title: 'Retry payment calls (#812)', author: { login: 'ada' } },
      { sha: sha('b'), title: 'Show VAT on receipts (#809)', author: { login: 'grace' } },
    ],
    pullRequests: [
      { ...pull(812, 'Retry payment calls', 'ada'), risks: [{ name: 'unreviewed', text: 'no approval seen' }] },
      pull(809, 'Show VAT on receipts', 'grace'),
    ],
    total: 2,
    direction: 'forward',
    lost: 0,
  },
});

const configEdit = aChange({
  id: '8',
  kind: 'config',
  title: 'config/production.yaml: Lower the payment timeout to 5 s',
  occurredAt: subMinutes(askedAt, 33),
  actor: { login: 'grace' },
  url: 'https://github.com/acme/checkout/commit/4f2a1c9',
  diffUrl: 'https://github.com/acme/checkout/commit/4f2a1c9',
  files: ['config/production.yaml'],
  risks: [{ name: 'direct-push', text: 'pushed straight to the branch, no pull request' }],
});

const flag = aChange({
  id: '7',
  kind: 'flag',
  title: 'new-ledger',
  service: 'ledger',
  from: '20 %',
  to: '50 %',
  occurredAt: subMinutes(askedAt, 22),
  actor: { login: 'grace' },
  url: 'https://flags.example.com/new-ledger',
  sources: ['launchdarkly'],
});

const rollback = aChange({
  id: '6',
  kind: 'rollback',
  title: 'rollback search 7.3.0 to production',
  service: 'search',
  status: 'succeeded',
  from: '7.4.0',
  to: '7.3.0',
  occurredAt: subMinutes(askedAt, 95),
  finishedAt: subMinutes(askedAt, 93),
  actor: { login: 'edsger' },
  diffUrl: diff('search', 'v7.4.0', 'v7.3.0'),
  reason: 'p99 doubled',
  risks: [{ name: 'rollback', text: 'went back to a version that ran before' }],
});

const failed = aChange({
  id: '5',
  title: 'deploy ledger 3.9.1 to production',
  service: 'ledger',
  status: 'failed',
  from: '3.9.0',
  to: '3.9.1',
  occurredAt: subMinutes(askedAt, 60),
  finishedAt: subMinutes(askedAt, 54),
  actor: { login: 'barbara' },
  runUrl: run('ledger', 5120),
  risks: [{ name: 'failed', text: 'failed' }],
});

const migration = aChange({
  id: '4',
  kind: 'migration',
  title: '0042_add_index_on_postings',
  service: 'ledger',
  occurredAt: subMinutes(askedAt, 118),
  clock: 'received',
  actor: { name: 'deploy bot' },
});

const earlier = aChange({
  id: '3',
  title: 'deploy search 7.4.0 to production',
  service: 'search',
  status: 'succeeded',
  from: '7.3.0',
  to: '7.4.0',
  occurredAt: subMinutes(askedAt, 128),
  finishedAt: subMinutes(askedAt, 126),
  actor: { login: 'edsger' },
  diffUrl: diff('search', 'v7.3.0', 'v7.4.0'),
});

/** An afternoon with a bad deploy: every kind of line once. */
export function badAfternoon(given: Partial<Answer> = {}): Answer {
  return anAnswer({
    changes: [badDeploy, flag, configEdit, failed, rollback, migration, earlier],
    coverage: [
      aSource(),
      aSource({ source: 'launchdarkly', title: 'LaunchDarkly', newest: subMinutes(askedAt, 5) }),
      aSource({ source: 'argocd', title: 'Argo CD', state: 'never', newest: null, usualGap: null }),
      aSource({
        source: 'terraform',
        title: 'Terraform',
        state: 'silent',
        newest: subMinutes(askedAt, 9 * 60),
        usualGap: 30 * 60_000,
      }),
    ],
    waiting: 4,
    ...given,
  });
}

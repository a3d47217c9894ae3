import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyCatalog, readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { argocd } from './argocd.ts';

const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
  ]),
  services: [
    {
      name: 'checkout',
      aliases: [],
      repository: null,
      paths: [],
      configPaths: null,
      branches: {},
      dependsOn: [],
      owners: [],
    },
  ],
  configPaths: [],
};
const sha = (digit: string) => digit.repeat(40);
const started = '2026-11-20T14:00:00Z';
const ended = '2026-11-20T14:01:00Z';

function app(status: object = {}, { metadata = {}, spec = {} }: { metadata?: object; spec?: object } = {}) {
  return {
    metadata: { name: 'checkout', namespace: 'argocd', uid: 'u-1', ...metadata },
    spec: {
      source: { repoURL: 'https://github.com/acme/checkout.git', targetRevision: 'main' },
      destination: { namespace: 'shop' },
      ...spec,
    },
    status: {
      sync: { status: 'Synced', revision: sha('b') },
      operationState: operation('Succeeded'),
      reconciledAt: '2026-11-20T14:01:02Z',
      ...status,
    },
  };
}

function operation(phase: string, more: object = {}) {
  const end = phase === 'Running' || phase === 'Terminating' ? {} : { finishedAt: ended };
  return { phase, startedAt: started, ...end, syncResult: { revision: sha('b') }, ...more };
}

function read(body: unknown, of: Catalog = catalog) {
  return readSource(argocd, body, { catalog: of });
}

function eventsOf(body: unknown, of: Catalog = catalog): readonly TimelineEvent[] {
  const parsed = read(body, of);
  return parsed.outcome === 'events' ? parsed.events : [];
}

function ofKind(kind: string, body: unknown): TimelineEvent | undefined {
  return eventsOf(body).find(({ statement }) => statement.kind === kind);
}

describe('the body', () => {
  it.each([
    ['an Application', app()],
    ['one as `app`', { app: app() }],
    ['one as `application`', { application: app() }],
    ['one beside what a template adds', { app: app(), trigger: 'on-deployed', context: 7 }],
  ])('may be %s', (_, body) => {
    expect(ofKind('deploy', body)?.statement).toMatchObject({ phase: 'succeeded', commit: sha('b') });
  });

  it.each([
    ['a list', []],
    ['text', '"x"'],
    ['something else', { app: 'checkout', state: 'ok' }],
  ])('is not what Argo CD sends when it is %s', (_, body) => {
    expect(read(body)).toMatchObject({ outcome: 'malformed', notWhatItSends: true });
  });

  it('is malformed when its sync has no time', () => {
    const parsed = read(app({ operationState: { phase: 'Running', startedAt: 'soon' } }));

    expect(parsed).toMatchObject({ outcome: 'malformed', notWhatItSends: false });
  });

  it.each([
    ['never synced', app({ operationState: null, sync: { status: 'OutOfSync', revision: sha('b') } })],
    ['of a dry run', app({ operationState: operation('Succeeded', { operation: { sync: { dryRun: true } } }) })],
    ['of a phase not known', app({ operationState: operation('Paused') })],
  ])('is ignored for an application %s', (_, body) => {
    expect(read(body)).toMatchObject({ outcome: 'ignored' });
  });
});

describe('a sync', () => {
  it.each([
    ['Running', '', 'started', '2026-11-20T14:00:00.000Z'],
    ['Terminating', '', 'started', '2026-11-20T14:00:00.000Z'],
    ['Succeeded', '', 'succeeded', '2026-11-20T14:01:00.000Z'],
    ['Failed', 'one or more objects failed', 'failed', '2026-11-20T14:01:00.000Z'],
    ['Failed', 'Operation terminated', 'cancelled', '2026-11-20T14:01:00.000Z'],
    ['Error', 'no such repository', 'failed', '2026-11-20T14:01:00.000Z'],
  ])('that is %s (%s) has %s', (phase, message, expected, occurredAt) => {
    const event = ofKind('deploy', app({ operationState: operation(phase, { message }) }));

    expect(event?.statement).toMatchObject({ phase: expected, occurredAt, startedAt: '2026-11-20T14:00:00.000Z' });
  });

  it('is one deploy from beginning to end, in any order', () => {
    const events = ['Running', 'Failed', 'Succeeded'].flatMap((phase) =>
      eventsOf(app({ operationState: operation(phase, phase === 'Failed' ? { finishedAt: started } : {}) })),
    );

    expect(new Set(events.map(({ identities }) => identities[0]?.value)).size).toBe(1);
    for (const order of [events, events.toReversed()]) {
      expect(foldChange(order, catalog, null)).toMatchObject({
        kind: 'deploy',
        status: 'succeeded',
        title: 'deploy checkout bbbbbbb to shop',
        occurredAt: new Date(started),
        finishedAt: new Date(ended),
      });
    }
  });

  it('is another deploy when it starts anew, or belongs to another application of that name', () => {
    const values = [
      app(),
      app({ operationState: operation('Succeeded', { startedAt: '2026-11-20T14:00:30Z' }) }),
      app({}, { metadata: { uid: 'u-2' } }),
    ].map((body) => ofKind('deploy', body)?.identities[0]?.value);

    expect(new Set(values).size).toBe(3);
  });

  it('tells the repository, the tag, who started it and what was there before', () => {
    const history = [
      { id: 1, revision: sha('a'), deployStartedAt: '2026-11-19T14:00:00Z', deployedAt: '2026-11-19T14:01:00Z' },
      { id: 2, revision: sha('b'), deployStartedAt: started, deployedAt: ended },
    ];
    const initiated = { operation: { initiatedBy: { username: 'ada' } } };
    const source = { repoURL: 'git@github.com:acme/checkout', targetRevision: 'v1.42.0' };
    const body = app({ history, operationState: operation('Succeeded', initiated) }, { spec: { source } });

    expect(ofKind('deploy', body)).toMatchObject({
      statement: {
        repository: 'acme/checkout',
        to: 'v1.42.0',
        commit: sha('b'),
        previousCommit: sha('a'),
        actor: { login: 'ada' },
      },
      mentions: [
        { type: 'commit', value: `acme/checkout@${sha('b')}` },
        { type: 'tag', value: 'acme/checkout@v1.42.0' },
      ],
    });
  });

  it('of a chart is called by the chart’s version', () => {
    const source = { repoURL: 'https://charts.example.com', chart: 'redis', targetRevision: '19.x' };
    const statement = ofKind(
      'deploy',
      app({ operationState: operation('Succeeded', { syncResult: { revision: '19.0.2' } }) }, { spec: { source } }),
    )?.statement;

    expect(statement).toMatchObject({ to: '19.0.2', details: { chart: 'redis 19.0.2' } });
    expect(statement).not.toHaveProperty('commit');
    expect(statement).not.toHaveProperty('repository');
  });

  it('is read from the history where no operation is told', () => {
    const history = [{ id: 2, revision: sha('b'), deployStartedAt: started, deployedAt: ended }];
    const [first] = eventsOf(app({ operationState: null, history }));

    expect(first?.statement.phase).toBe('succeeded');
    expect(first?.identities).toEqual(ofKind('deploy', app())?.identities);
  });
});

describe('health after a sync', () => {
  const degraded = { status: 'Degraded', lastTransitionTime: '2026-11-20T14:30:00Z' };

  it('is mentioned on the deploy, which keeps its outcome', () => {
    const events = eventsOf(app({ health: degraded, reconciledAt: '2026-11-20T14:30:01Z' }));
    const change = foldChange(events, catalog, null);

    expect(new Set(events.map(({ identities }) => identities[0]?.value)).size).toBe(1);
    expect(change.status).toBe('succeeded');
    expect(change.finishedAt).toEqual(new Date(ended));
    expect(change.details).toEqual({ health: 'Degraded since 2026-11-20T14:30:00.000Z' });
  });

  it.each([
    ['that was compared before the sync ended', 'Healthy', { reconciledAt: '2026-11-20T13:59:00Z' }],
    ['that still changes', 'Progressing', {}],
    ['of a sync that failed', 'Degraded', { operationState: operation('Failed') }],
  ])('is not mentioned %s', (_, status, more) => {
    expect(eventsOf(app({ health: { status }, ...more })).map(({ statement }) => statement.phase)).not.toContain(
      'mentioned',
    );
  });

  it.each([
    ['the only image', 'acme/deployments', ['registry.example.com:5000/acme/shop:v2'], 'v2'],
    ['the image of its name', 'acme/deployments', ['acme/checkout:v2', 'envoy:v1.32.0'], 'v2'],
    ['its commit, of several', 'acme/deployments', ['acme/shop:v2', 'envoy:v1.32.0'], 'bbbbbbb'],
    ['its commit, of the latest', 'acme/deployments', ['acme/checkout:latest'], 'bbbbbbb'],
    ['its commit in its own repository', 'acme/checkout', ['acme/checkout:v2'], 'bbbbbbb'],
  ])('with images names the deploy by %s', (_, repository, images, to) => {
    const source = { repoURL: `https://github.com/${repository}` };
    const body = app({ health: { status: 'Healthy' }, summary: { images } }, { spec: { source } });

    expect(foldChange(eventsOf(body), catalog, null).to).toBe(to);
  });
});

describe('out of sync', () => {
  const sync = { status: 'OutOfSync', revision: sha('b') };
  const history = [{ id: 7, revision: sha('b'), deployStartedAt: started, deployedAt: ended, source: { path: 'a' } }];
  const later = { reconciledAt: '2026-11-20T18:00:00Z', history };
  const resources = [
    { kind: 'Deployment', name: 'checkout', status: 'OutOfSync' },
    { kind: 'Service', name: 'checkout', status: 'Synced' },
  ];
  const notified = (entry: string) => ({
    metadata: { annotations: { 'notified.notifications.argoproj.io': `{"on-sincewhen-${entry}:1795197700}` } },
  });

  it('with what was synced last is drift, told once', () => {
    const [first, again] = ['18:00:00', '18:10:00'].map((time) =>
      ofKind('drift', app({ ...later, reconciledAt: `2026-11-20T${time}Z`, sync, resources })),
    );

    expect(first?.statement).toMatchObject({
      phase: 'started',
      title: 'checkout differs from Git: Deployment checkout',
      occurredAt: '2026-11-20T18:00:00.000Z',
    });
    expect(again?.statement.key).toBe(first?.statement.key);
    expect(again?.identities).toEqual(first?.identities);
  });

  it.each([
    ['another revision', { sync: { ...sync, revision: sha('c') } }],
    ['other parameters', { sync: { ...sync, comparedTo: { source: { path: 'b' } } } }],
  ])('with %s is a deploy that waits', (_, status) => {
    expect(read(app({ ...later, ...status }))).toEqual({
      outcome: 'ignored',
      reason: 'out of sync because a new revision waits to be deployed',
    });
  });

  it.each([
    ['while a sync runs', { operationState: operation('Running') }],
    ['by a comparison from before the sync ended', { reconciledAt: '2026-11-20T14:00:30Z' }],
    [
      'after the sync failed',
      {
        operationState: operation('Failed'),
        history: [{ id: 6, revision: sha('a'), deployedAt: '2026-11-19T14:00:00Z' }],
      },
    ],
  ])('is no drift %s', (_, status) => {
    expect(eventsOf(app({ ...later, sync, ...status })).map(({ statement }) => statement.kind)).toEqual(['deploy']);
  });

  it('is over when Argo CD remembers that it told of it', () => {
    const opened = ofKind('drift', app({ ...later, sync, resources }));
    const closed = ofKind(
      'drift',
      app({ ...later, reconciledAt: '2026-11-20T18:30:00Z' }, notified('drift:[0].x:sincewhen:"')),
    );
    const change = foldChange(
      [closed, opened].flatMap((event) => event ?? []),
      catalog,
      null,
    );

    expect(closed?.identities).toEqual(opened?.identities);
    expect(change).toMatchObject({
      status: 'succeeded',
      title: 'checkout differs from Git: Deployment checkout',
      finishedAt: new Date('2026-11-20T18:30:00Z'),
    });
  });

  it('is not over when nothing was told', () => {
    expect(ofKind('drift', app(later, notified('sync:[0].x:sincewhen:"')))).toBeUndefined();
  });

  it('is over when Argo CD healed it', () => {
    const automated = operation('Succeeded', {
      startedAt: '2026-11-20T18:00:05Z',
      finishedAt: '2026-11-20T18:00:09Z',
      operation: { initiatedBy: { automated: true } },
    });
    const healing = {
      ...history[0],
      id: 8,
      deployStartedAt: '2026-11-20T18:00:05Z',
      deployedAt: '2026-11-20T18:00:09Z',
    };
    const body = (last: object) => app({ ...later, operationState: automated, history: [...history, last] });

    expect(ofKind('drift', body(healing))).toMatchObject({
      statement: { phase: 'succeeded', title: 'checkout differed from Git and was put back' },
      identities: ofKind('drift', app({ ...later, sync }))?.identities,
    });
    expect(ofKind('drift', body({ ...healing, source: { path: 'b' } }))).toBeUndefined();
  });
});

describe('the place', () => {
  it.each([
    ['a label', { labels: { env: 'qa' } }, { destination: { name: 'prod-eu' } }, 'qa', 'checkout'],
    ['an annotation', { annotations: { environment: 'qa', service: 'cart' } }, {}, 'qa', 'cart'],
    ['a word of the cluster', {}, { destination: { name: 'prod-eu', namespace: 'staging' } }, 'prod', 'checkout'],
    ['the project', {}, { project: 'Production' }, 'Production', 'checkout'],
    ['a word of the namespace', {}, { destination: { namespace: 'shop-staging' } }, 'staging', 'checkout'],
    ['a word of the name', { name: 'checkout-prod' }, {}, 'prod', 'checkout'],
    ['a word of an unknown service’s name', { name: 'cart-prod' }, {}, 'prod', 'cart-prod'],
    ['the namespace, failing all', {}, { destination: { namespace: 'shop' } }, 'shop', 'checkout'],
  ])('comes from %s', (_, metadata, spec, environmentName, serviceName) => {
    expect(ofKind('deploy', app({}, { metadata, spec }))?.statement).toMatchObject({ environmentName, serviceName });
  });

  it('comes from the context of the notifications, and is left out when nothing tells it', () => {
    const body = { app: app({}, { spec: { destination: {} } }), context: { environment: 'live' } };

    expect(ofKind('deploy', body)?.statement.environmentName).toBe('live');
    expect(eventsOf({ ...body, context: null }, emptyCatalog)[0]?.statement).not.toHaveProperty('environmentName');
  });
});

it('tells of an application that is deleted', () => {
  expect(ofKind('infrastructure', app({}, { metadata: { deletionTimestamp: ended } }))?.statement).toMatchObject({
    title: 'Argo CD application checkout deleted',
    occurredAt: '2026-11-20T14:01:00.000Z',
  });
});

it('never throws, whatever an application holds', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 4 }), fc.object({ maxDepth: 4 }), (status, metadata) => {
      expect(() => read({ app: { metadata: { name: 'checkout', ...metadata }, status } })).not.toThrow();
    }),
  );
});

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emptyCatalog, readDelivery, readSource } from '../../test/read-source.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { azuredevops } from './azuredevops.ts';

const ledger = {
  name: 'ledger',
  aliases: ['books'],
  repository: null,
  paths: [],
  configPaths: null,
  branches: {},
  dependsOn: [],
  owners: [],
};
const catalog = {
  ...emptyCatalog,
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
  ]),
  services: [ledger],
};
const [before, after, none] = ['a1'.repeat(20), 'b2'.repeat(20), '0'.repeat(40)];
const ada = { displayName: 'Ada Lind', uniqueName: 'ada@example.com' };
const repository = {
  name: 'checkout',
  project: { name: 'Payments' },
  defaultBranch: 'refs/heads/main',
  remoteUrl: 'https://acme@dev.azure.com/acme/Payments/_git/checkout',
};

const envelope = {
  subscriptionId: '7a000000-0000-4000-8000-0000000000a1',
  notificationId: 7,
  publisherId: 'tfs',
  resourceContainers: { collection: { id: 'c1' } },
  createdDate: '2026-11-20T14:00:03.1234567Z',
};

function read(eventType: string, resource: object, more: object = {}) {
  return readSource(azuredevops, { ...envelope, eventType, resource, ...more }, { catalog });
}

function eventsOf(eventType: string, resource: object): readonly TimelineEvent[] {
  const parsed = read(eventType, resource);
  return parsed.outcome === 'events' ? parsed.events : [];
}

describe('a push', () => {
  const push = (name: string, from: string, to: string, more: object = {}) =>
    eventsOf('git.push', {
      commits: [
        { commitId: after, comment: 'Newest\n\nof two' },
        { commitId: 'c3'.repeat(20), comment: 'Oldest' },
      ],
      refUpdates: [{ name, oldObjectId: from, newObjectId: to }],
      repository,
      pushedBy: { displayName: 'Ada Lind', uniqueName: String.raw`Windows Live ID\ada@example.com` },
      date: '2026-11-20T14:00:00.3309587Z',
      ...more,
    })[0]?.statement;

  it('to the default branch is a merge with its commits, at the time of the push', () => {
    expect(push('refs/heads/main', before, after)).toMatchObject({
      kind: 'merge',
      title: '2 commits: Newest',
      occurredAt: '2026-11-20T14:00:00.330Z',
      clock: 'source',
      repository: 'acme/payments/_git/checkout',
      commits: [{ title: 'Newest' }, { title: 'Oldest' }],
      actor: { name: 'Ada Lind', email: 'ada@example.com' },
      diffUrl: `https://dev.azure.com/acme/Payments/_git/checkout/branchCompare?baseVersion=GC${before}&targetVersion=GC${after}`,
    });
  });

  it.each([
    ['refs/tags/v1.42.0', none, after, 'Tag v1.42.0 created'],
    ['refs/tags/v1.42.0', after, none, 'Tag v1.42.0 deleted'],
    ['refs/tags/v1.42.0', before, after, 'Tag v1.42.0 moved to b2b2b2b'],
    ['refs/heads/release/7', after, none, 'Branch release/7 deleted'],
  ])('of %s %s to %s: “%s”', (name, from, to, title) => {
    expect(push(name, from, to)?.title).toBe(title);
  });

  it('to a topic branch is nothing', () => {
    expect(push('refs/heads/topic', before, after)).toBeUndefined();
  });

  it('to main counts where the default branch is not told', () => {
    const { defaultBranch: _, ...untold } = repository;

    expect(push('refs/heads/main', before, after, { repository: untold })?.kind).toBe('merge');
    expect(push('refs/heads/dev', before, after, { repository: untold })).toBeUndefined();
  });

  it.each([
    ['payments-team/check-out', { name: 'Check out', project: { name: 'Payments team' } }],
    ['acme/checkout', { name: 'checkout', remoteUrl: 'https://git.example.com/acme/checkout.git' }],
  ])('is of %s', (name, named) => {
    expect(push('refs/heads/main', before, after, { repository: named })?.repository).toBe(name);
  });
});

describe('a pull request', () => {
  const pull = {
    repository,
    pullRequestId: 42,
    status: 'completed',
    mergeStatus: 'succeeded',
    title: 'Lower the payment timeout',
    targetRefName: 'refs/heads/main',
    createdBy: ada,
    closedDate: '2026-11-20T14:00:00.5006647Z',
    lastMergeCommit: { commitId: after },
    reviewers: [
      { vote: 10, displayName: 'Grace Moreno' },
      { vote: -5, displayName: 'Linus' },
      { vote: 10, displayName: 'A group', isContainer: true },
      { vote: 0, displayName: 'Nobody yet' },
    ],
  };

  it('is the same merge as its push, with who approved it', () => {
    const [merge] = eventsOf('git.pullrequest.merged', pull);
    const [push] = eventsOf('git.push', {
      commits: [{ commitId: after, comment: 'Merged PR 42: Lower the payment timeout' }],
      refUpdates: [{ name: 'refs/heads/main', oldObjectId: before, newObjectId: after }],
      repository,
    });

    expect(merge?.statement).toMatchObject({
      title: 'Lower the payment timeout (!42)',
      reviews: [
        { by: { name: 'Grace Moreno' }, verdict: 'approved' },
        { by: { name: 'Linus' }, verdict: 'changes-requested' },
      ],
    });
    expect(merge?.identities).toEqual(expect.arrayContaining([...(push?.identities ?? [])]));
    expect(push?.statement.title).toBe('Lower the payment timeout (!42)');
    expect(eventsOf('git.pullrequest.updated', pull)).toEqual([merge]);
  });

  it.each([
    ['tried', { status: 'active' }],
    ['abandoned', { status: 'abandoned' }],
    ['in conflict', { mergeStatus: 'conflicts' }],
    ['for a topic branch', { targetRefName: 'refs/heads/topic' }],
  ])('that is %s is nothing', (_, change) => {
    expect(read('git.pullrequest.merged', { ...pull, ...change }).outcome).toBe('ignored');
  });
});

describe('a pipeline that deploys', () => {
  const run = {
    id: 501,
    name: '20261120.3',
    state: 'inProgress',
    createdDate: '2026-11-20T14:10:00.000Z',
    _links: { web: { href: 'https://dev.azure.com/acme/Payments/_build/results?buildId=501' } },
  };
  const repositories = [{ url: 'https://api.github.com/repos/Acme/Checkout', change: { version: after } }];
  const resource = { run, pipeline: { name: 'Deploy checkout to production' }, repositories };
  const stage = (more: object) => ({
    ...resource,
    pipeline: { name: 'checkout' },
    stage: { name: 'production', state: 'running', startTime: '2026-11-20T14:11:00.000Z', ...more },
  });
  const build = {
    id: 501,
    buildNumber: '20261120.3',
    definition: { name: 'Deploy checkout to production' },
    status: 'completed',
    result: 'succeeded',
    startTime: '2026-11-20T14:10:01.000Z',
    finishTime: '2026-11-20T14:20:00.000Z',
    sourceVersion: after,
    requestedFor: ada,
    repository: { type: 'GitHub', id: 'Acme/Checkout' },
  };

  it('is one change, told by run, stage and build', () => {
    const events = [
      ...eventsOf('ms.vss-pipelines.run-state-changed-event', resource),
      ...eventsOf('ms.vss-pipelines.stage-state-changed-event', stage({})),
      ...eventsOf('build.complete', build),
    ];

    expect(new Set(events.map((event) => event.identities[0]?.value))).toEqual(
      new Set(['azuredevops:c1#501:production']),
    );
    expect(foldChange(events, emptyCatalog, null)).toMatchObject({
      status: 'succeeded',
      environment: 'production',
      repository: 'acme/checkout',
      commit: after,
      occurredAt: new Date('2026-11-20T14:10:00.000Z'),
      finishedAt: new Date('2026-11-20T14:20:00.000Z'),
      actor: { name: 'Ada Lind' },
    });
  });

  it.each([
    ['succeeded', 'succeeded'],
    ['partiallySucceeded', 'succeeded'],
    ['failed', 'failed'],
    ['canceled', 'cancelled'],
    ['none', undefined],
  ])('with the result %s: %s', (result, phase) => {
    expect(eventsOf('build.complete', { ...build, result })[0]?.statement.phase).toBe(phase);
  });

  it('says its commit and branch as version 1.0 has them', () => {
    const old = {
      ...build,
      sourceVersion: undefined,
      result: undefined,
      status: 'stopped',
      sourceGetVersion: `LG:refs/heads/main:${after}`,
    };

    expect(eventsOf('build.complete', old)[0]?.statement).toMatchObject({
      commit: after,
      branch: 'main',
      phase: 'cancelled',
    });
  });

  it.each([
    ['deploy_prod', null, 'production'],
    ['s1', 'Deploy to staging', 'staging'],
    ['Production', null, 'production'],
    ['production_tests', null, undefined],
    ['__default', null, undefined],
  ])('by its stage %s (%s): %s', (name, displayName, environment) => {
    const [event] = eventsOf('ms.vss-pipelines.stage-state-changed-event', stage({ name, displayName }));

    expect(event?.statement.environmentName).toBe(environment);
  });

  it.each([
    [{ state: 'waiting' }],
    [{ state: 'notStarted' }],
    [{ state: 'completed', result: 'skipped' }],
    [{ state: 'completed', result: 'rejected' }],
  ])('has not begun while its stage is %j', (more) => {
    expect(read('ms.vss-pipelines.stage-state-changed-event', stage(more)).outcome).toBe('ignored');
  });

  it.each([
    ['deploy-ledger-prod', 'ledger'],
    ['Deploy books to production', 'ledger'],
    ['deploy-search-prod', undefined],
  ])('is called %s: of the service %s, if the settings know it', (name, service) => {
    const told = [
      ...eventsOf('build.complete', { ...build, definition: { name } }),
      ...eventsOf('ms.vss-pipelines.run-state-changed-event', { ...resource, pipeline: { name } }),
      ...eventsOf('ms.vss-pipelines.stage-state-changed-event', { ...stage({}), pipeline: { name } }),
    ];

    expect(told.map(({ statement }) => statement.serviceName)).toEqual([service, service, service]);
  });

  it('is nothing when its name does not say so', () => {
    expect(read('build.complete', { ...build, definition: { name: 'checkout tests' } }).outcome).toBe('ignored');
  });
});

describe('a release', () => {
  const environment = {
    id: 77,
    name: 'Production',
    release: { id: 31, name: 'Release-31' },
    releaseDefinition: { name: 'checkout' },
  };
  const artifacts = [
    {
      type: 'Build',
      isPrimary: true,
      definitionReference: {
        version: { name: '20261120.3' },
        sourceVersion: { id: after },
        repository: { name: 'acme/checkout' },
      },
    },
  ];
  const started = eventsOf('ms.vss-release.deployment-started-event', {
    environment: { ...environment, status: 'queued' },
    release: {
      id: 0,
      name: null,
      createdOn: '0001-01-01T00:00:00',
      artifacts: [],
      releaseDefinition: { name: 'checkout' },
    },
  });
  const completed = (status: string, more: object = {}) =>
    eventsOf('ms.vss-release.deployment-completed-event', {
      environment: { ...environment, status },
      deployment: {
        attempt: 1,
        requestedFor: ada,
        startedOn: '2026-11-20T13:50:00.1Z',
        completedOn: '2026-11-20T13:59:00.4Z',
        release: { name: 'Release-31', artifacts },
      },
      ...more,
    });

  it('is one deploy to one environment, with what it is made of', () => {
    expect(foldChange([...started, ...completed('succeeded')], emptyCatalog, null)).toMatchObject({
      status: 'succeeded',
      environment: 'production',
      service: 'checkout',
      to: '20261120.3',
      commit: after,
      repository: 'acme/checkout',
      actor: { name: 'Ada Lind' },
      occurredAt: new Date('2026-11-20T13:50:00.100Z'),
      finishedAt: new Date('2026-11-20T14:00:03.123Z'),
    });
    expect(started[0]?.identities).toEqual(completed('succeeded')[0]?.identities);
  });

  it.each([
    ['succeeded', 'succeeded'],
    ['partiallySucceeded', 'succeeded'],
    ['rejected', 'failed'],
    ['canceled', 'cancelled'],
  ])('that is %s has %s', (status, phase) => {
    expect(completed(status)[0]?.statement.phase).toBe(phase);
  });

  it.each([31, '31', null, { of: 'something else' }])(
    'is of the service that its pipeline names, with the id %j',
    (id) => {
      const [event] = eventsOf('ms.vss-release.deployment-started-event', {
        environment: { id: 77, name: 'Production', status: 'queued', releaseDefinition: { id, name: 'checkout' } },
      });

      expect(event?.statement.serviceName).toBe('checkout');
    },
  );

  it('is another deploy when it is tried again', () => {
    expect(completed('succeeded', { attemptId: 2 })[0]?.identities).not.toEqual(started[0]?.identities);
  });
});

describe('what is no change', () => {
  it.each([
    'workitem.updated',
    'git.pullrequest.created',
    'ms.vss-release.release-created-event',
    'ms.vss-release.deployment-approval-pending-event',
    'constructor',
  ])('%s', (type) => {
    expect(read(type, {}).outcome).toBe('ignored');
  });

  it('is a notification that is set to tell nothing', () => {
    expect(readSource(azuredevops, { ...envelope, eventType: 'git.push' }).outcome).toBe('ignored');
  });

  it('is a test', () => {
    const subscriptionId = '00000000-0000-0000-0000-000000000000';

    expect(read('git.push', {}, { subscriptionId }).outcome).toBe('ping');
  });

  it.each([
    ['text', true],
    [{ eventType: 'git.push' }, true],
    [{ ...envelope, eventType: 'git.push', resource: {} }, false],
  ])('%j is malformed', (body, notWhatItSends) => {
    expect(readSource(azuredevops, JSON.stringify(body))).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });
});

it('knows a redelivery by subscription and number, where it has both', () => {
  const key = (more: object) => readDelivery(azuredevops, { ...envelope, eventType: 'x', ...more }).key;

  expect(key({})).toBe('7a000000-0000-4000-8000-0000000000a1#7');
  expect(key({ notificationId: undefined })).toBeNull();
  expect(key({ subscriptionId: 'x' })).toBeNull();
});

const samples = new URL('../../../shared/samples/azuredevops/', import.meta.url);

it.runIf(existsSync(samples))('reads every sample there is', () => {
  for (const file of readdirSync(samples)) {
    expect(readSource(azuredevops, readFileSync(new URL(file, samples), 'utf8')).outcome).not.toBe('malformed');
  }
});

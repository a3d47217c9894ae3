import { existsSync, readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import { cloudEvents } from './cloudevents.ts';
import type { Parsed } from './reading/source.ts';

const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
  ]),
  services: [],
  configPaths: [],
};
const digest = 'ab12'.repeat(16);

function read(body: unknown, headers: Readonly<Record<string, string>> = {}): Parsed {
  return readSource(cloudEvents, body, { catalog, headers });
}

/** The only statement. */
function statementOf(parsed: Parsed) {
  if (parsed.outcome !== 'events') throw new Error(JSON.stringify(parsed));
  expect(parsed.events).toHaveLength(1);
  return parsed.events[0]?.statement;
}

function cdEvent(type: string, subject: object, more: { context?: object; customData?: unknown } = {}) {
  const subjectType = type.split('.')[0];
  return {
    context: {
      version: '0.4.1',
      id: 'e-1',
      source: '/ci/acme',
      type: `dev.cdevents.${type}.0.2.0`,
      timestamp: '2026-11-20T14:05:00Z',
      ...more.context,
    },
    subject: { source: '/ci/acme', type: subjectType, ...subject } as Record<string, unknown>,
    ...(more.customData === undefined ? {} : { customData: more.customData }),
  };
}

const deployed = cdEvent('service.deployed', {
  id: 'deployment/checkout',
  content: {
    environment: { id: 'production', source: '/clusters/eu' },
    artifactId: `pkg:oci/checkout@sha256%3A${digest}?tag=1.42.0&repository_url=registry.example.com/acme`,
  },
});

describe('a CDEvent', () => {
  it('of a service that was deployed is a deploy of its artifact', () => {
    expect(read(deployed)).toEqual({
      outcome: 'events',
      events: [
        {
          statement: {
            key: 'cloudevents:dev.cdevents.service.deployed.0.2.0:/ci/acme#e-1',
            source: 'cloudevents',
            occurredAt: '2026-11-20T14:05:00.000Z',
            clock: 'source',
            phase: 'succeeded',
            kind: 'deploy',
            serviceName: 'checkout',
            environmentName: 'production',
            to: '1.42.0',
          },
          identities: [{ type: 'event', value: 'cloudevents:dev.cdevents.service.deployed.0.2.0:/ci/acme#e-1' }],
          mentions: [
            { type: 'image', value: `sha256:${digest}` },
            { type: 'cdevent', value: 'e-1' },
          ],
        },
      ],
    });
  });

  it.each([
    ['service.upgraded', { kind: 'deploy', phase: 'succeeded' }],
    ['service.rolledback', { kind: 'rollback', phase: 'succeeded' }],
    ['service.removed', { kind: 'infrastructure', title: 'checkout removed' }],
    ['service.published', { kind: 'note', title: 'checkout opened to its users' }],
    ['environment.created', { kind: 'infrastructure', title: 'environment checkout created' }],
    ['environment.modified', { kind: 'infrastructure', title: 'environment checkout modified' }],
    ['environment.deleted', { kind: 'infrastructure', title: 'environment checkout deleted' }],
    ['change.merged', { kind: 'merge', title: 'change checkout merged' }],
  ])('%s is told as such', (type, expected) => {
    expect(statementOf(read(cdEvent(type, { id: 'checkout', content: {} })))).toMatchObject(expected);
  });

  it.each([
    ['artifact.published', 'artifact'],
    ['build.finished', 'build'],
    ['taskrun.finished', 'task'],
    ['testsuiterun.finished', 'test'],
    ['ticket.created', 'ticket'],
    ['change.reviewed', 'change reviewed'],
    ['approval.created', 'approval'],
    ['service.sung', 'service sung'],
    ['opera.sung', 'opera'],
  ])('%s is ignored for a reason', (type, reason) => {
    expect(read(cdEvent(type, { id: 'x', content: {} }))).toEqual({
      outcome: 'ignored',
      reason: expect.stringContaining(reason),
    });
  });

  it('of 0.5 reads as one of 0.3', () => {
    const { version: _version, ...context } = deployed.context;
    const newer = {
      context: { ...context, specversion: '0.5.1', type: 'dev.cdevents.service.deployed.0.3.0' },
      subject: { id: deployed.subject['id'], content: deployed.subject['content'] },
    };
    const { key: _key, ...told } = statementOf(read(newer)) ?? { key: '' };

    expect(statementOf(read(deployed))).toMatchObject(told);
  });

  it('of a merge names repository and pull request', () => {
    const merged = cdEvent('change.merged', { id: 'pr/812', content: { repository: { id: 'Acme/Checkout' } } });

    expect(read(merged)).toMatchObject({
      events: [
        {
          statement: { repository: 'acme/checkout', title: 'change pr/812 merged in acme/checkout' },
          mentions: [{ type: 'pull-request', value: 'acme/checkout#812' }, { type: 'cdevent' }],
        },
      ],
    });
  });

  it('tells what its sender added', () => {
    const sha = 'c0ffee00'.repeat(5);
    const customData = { git: 'x', commit: sha, repository: 'acme/checkout', user: 'ada', version: '7' };

    expect(statementOf(read({ ...deployed, customData }))).toMatchObject({
      commit: sha,
      repository: 'acme/checkout',
      actor: { name: 'ada' },
      to: '7',
      details: { git: 'x' },
    });
  });

  it('mentions its chain and what it is linked to', () => {
    const links = [
      { linkType: 'RELATION', linkKind: 'TRIGGER', target: { contextId: 'run-1' } },
      { linkType: 'PATH', from: { contextId: 'e-0' } },
      'nonsense',
    ];

    expect(read({ ...deployed, context: { ...deployed.context, chainId: 'chain-1', links } })).toMatchObject({
      events: [
        {
          mentions: [
            { type: 'image' },
            { type: 'cdevent', value: 'e-1' },
            { type: 'cdevent', value: 'run-1' },
            { type: 'cdevent', value: 'e-0' },
            { type: 'chain', value: 'chain-1' },
          ],
        },
      ],
    });
  });

  it.each([
    ['pipelinerun.started', undefined, 'started'],
    ['pipelinerun.finished', 'success', 'succeeded'],
    ['pipelinerun.finished', 'failure', 'failed'],
    ['pipelinerun.finished', 'error', 'failed'],
    ['pipelinerun.finished', 'cancel', 'cancelled'],
  ])('%s (%s) of a pipeline that deploys has %s', (type, outcome, phase) => {
    const content = { pipelineName: 'Deploy checkout to prod', uri: 'https://ci.example.com/7?x=1', outcome };

    expect(read(cdEvent(type, { id: 'run-7', content }))).toMatchObject({
      events: [
        {
          statement: { kind: 'deploy', phase, environmentName: 'production' },
          identities: [{ type: 'run', value: 'cdevents:/ci/acme#run-7' }],
          mentions: [{ type: 'run', value: 'https://ci.example.com/7' }, { type: 'cdevent' }],
        },
      ],
    });
  });

  it.each([
    ['pipelinerun.finished', { pipelineName: 'unit tests', outcome: 'success' }],
    ['pipelinerun.queued', { pipelineName: 'Deploy to prod' }],
  ])('%s of %j is ignored', (type, content) => {
    expect(read(cdEvent(type, { id: 'run-7', content })).outcome).toBe('ignored');
  });

  it('of an incident is a signal, and what resolves it has its subject', () => {
    const content = { description: 'p99 above 2 s', environment: { id: 'prod' }, service: { id: 'eu/checkout' } };
    const opened = read(cdEvent('incident.detected', { id: 'i-1', content }));
    const resolved = read(cdEvent('incident.resolved', { id: 'i-1', content }, { context: { id: 'e-2' } }));

    expect(opened).toMatchObject({
      events: [],
      signals: [{ state: 'open', title: 'p99 above 2 s', environmentName: 'prod', serviceName: 'checkout' }],
    });
    expect(resolved).toMatchObject({ signals: [{ state: 'resolved', subject: 'cdevents:/ci/acme#i-1' }] });
    expect(opened).toMatchObject({ signals: [{ subject: 'cdevents:/ci/acme#i-1' }] });
  });

  it('with a time that is none is malformed, one without a time is told as of now', () => {
    const context = { ...deployed.context, timestamp: 'soon' };
    const { timestamp: _timestamp, ...untimed } = deployed.context;

    expect(read({ ...deployed, context })).toMatchObject({ outcome: 'malformed', notWhatItSends: false });
    expect(statementOf(read({ ...deployed, context: untimed }))).toMatchObject({ clock: 'received' });
  });
});

describe('an artifact', () => {
  it.each([
    [`pkg:oci/checkout@sha256%3A${digest}`, `sha256:${digest.slice(0, 12)}`],
    ['pkg:golang/example.com/acme/checkout@v1.2.3', 'v1.2.3'],
    [`pkg:github/acme/checkout@${'c0ffee00'.repeat(5)}`, 'c0ffee0'],
    ['registry.example.com:5000/acme/checkout:1.42.0', '1.42.0'],
    [`registry.example.com/acme/checkout:1.42.0@sha256:${digest}`, '1.42.0'],
    ['checkout-1.42.0.jar', undefined],
    ['%E0%A4%A', undefined],
  ])('%s has the version %s', (artifactId, to) => {
    const content = { environment: { id: 'production' }, artifactId };

    expect(statementOf(read(cdEvent('service.deployed', { id: 'checkout', content })))?.to).toBe(to);
  });
});

const attributes = {
  specversion: '1.0',
  id: deployed.context.id,
  source: deployed.context.source,
  type: deployed.context.type,
  time: deployed.context.timestamp,
};

describe('a CloudEvent', () => {
  const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
  const structured = 'Application/CloudEvents+JSON; charset=utf-8';

  it.each<[string, unknown, Record<string, string>]>([
    ['structured', { ...attributes, data: deployed }, { 'content-type': structured }],
    ['structured, its media type lost', { ...attributes, data: deployed }, { 'content-type': 'application/json' }],
    [
      'structured, its data in Base64',
      { ...attributes, data_base64: Buffer.from(JSON.stringify(deployed)).toString('base64') },
      { 'content-type': structured },
    ],
    ['structured, its data as text', { ...attributes, data: JSON.stringify(deployed) }, { 'content-type': structured }],
    ['binary', deployed, { ...headers, 'content-type': 'application/json' }],
    ['binary, without a media type', deployed, headers],
    ['binary, with escaped headers', deployed, { ...headers, 'ce-source': '%2Fci/acme' }],
    ['structured, with headers all the same', { ...attributes, data: deployed }, { ...headers, 'ce-id': 'other' }],
    ['in a batch', [{ ...attributes, data: deployed }], { 'content-type': 'application/cloudevents-batch+json' }],
    ['no more than its CDEvent', deployed, { 'content-type': 'application/json' }],
  ])('%s says what it carries', (_, body, given) => {
    expect(statementOf(read(body, given))).toEqual(statementOf(read(deployed)));
  });

  it('is known by its source and id, in whichever mode it comes', () => {
    const keys = [
      readDelivery(cloudEvents, { ...attributes, data: deployed }).key,
      readDelivery(cloudEvents, deployed, { headers }).key,
      readDelivery(cloudEvents, deployed).key,
    ];

    expect(new Set(keys).size).toBe(1);
    expect(readDelivery(cloudEvents, { ...attributes, id: 'e-2' }).key).not.toBe(keys[0]);
    expect(readDelivery(cloudEvents, { ...attributes, source: '/ci/other' }).key).not.toBe(keys[0]);
  });

  it.each<[string, unknown]>([
    ['neither event nor CDEvent', { hello: 'world' }],
    ['text', '"hello"'],
    ['an event without an id', { ...attributes, id: undefined, data: {} }],
    ['an event with a blank source', { ...attributes, source: ' ', data: {} }],
  ])('is not %s', (_, body) => {
    expect(read(body)).toMatchObject({ outcome: 'malformed', notWhatItSends: true });
  });

  it('of a batch is read for itself', () => {
    const batch = [{ ...attributes, data: deployed }, { id: 1 }, { ...attributes, type: 'com.example.other' }];

    expect(read(batch)).toMatchObject({ events: [{}], rejected: [{ index: 1 }] });
    expect(read([batch[2]])).toMatchObject({ outcome: 'ignored' });
    expect(read(Array.from({ length: 1001 }, () => batch[0]))).toMatchObject({ notWhatItSends: true });
  });

  it.each<[string, string, string]>([
    ['text', 'text/plain', 'hello'],
    ['XML', 'application/xml', '<a/>'],
    ['nothing', 'application/json', ''],
  ])('in binary mode may carry %s, and is ignored', (_, media, body) => {
    const given = { ...headers, 'ce-type': 'com.example.other', 'content-type': media };

    expect(read(body, given)).toEqual({ outcome: 'ignored', reason: 'com.example.other is not tracked' });
  });

  it('with a change in our own shape is that change, timed by its envelope', () => {
    const event = {
      ...attributes,
      type: 'com.example.deploy',
      data: { kind: 'deploy', title: 'Deploy mailer', service: 'mailer', environment: 'prod' },
    };
    const again = readDelivery(cloudEvents, event, { receivedAt: new Date('2026-11-21T00:00:00Z') }).parsed;

    expect(statementOf(read(event))).toMatchObject({
      source: 'cloudevents',
      kind: 'deploy',
      title: 'Deploy mailer',
      serviceName: 'mailer',
      occurredAt: '2026-11-20T14:05:00.000Z',
    });
    expect(again).toEqual(read(event));
    expect(read({ ...event, data: { kind: 'deploy' } })).toMatchObject({ outcome: 'malformed', notWhatItSends: false });
  });

  it('keeps no secret that came in Base64', () => {
    const data = Buffer.from('{"kind":"note","title":"x","db_password":"hunter2hunter2"}').toString('base64');
    const kept = readDelivery(cloudEvents, { ...attributes, type: 'a.b', data_base64: data });
    const message = { message: { data, attributes: {} }, subscription: 's' };
    const pushed = readDelivery(cloudEvents, {
      ...attributes,
      type: 'google.cloud.pubsub.topic.v1.messagePublished',
      data: message,
    });

    for (const each of [kept, pushed]) {
      expect(each.body.toString()).not.toContain('hunter2');
      expect(each.body.toString()).not.toContain(data);
      const again = readDelivery(cloudEvents, each.body, { headers: each.headers });
      expect([again.parsed, again.key]).toEqual([each.parsed, each.key]);
      expect(again.body.equals(each.body)).toBe(true);
    }
  });
});

describe('an event of a cloud', () => {
  const google = { ...attributes, type: 'google.cloud.audit.log.v1.written', source: '//cloudaudit.googleapis.com/x' };
  const entry = (methodName: string, more: object = {}) => ({
    ...google,
    data: {
      logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity',
      protoPayload: {
        serviceName: 'run.googleapis.com',
        methodName,
        resourceName: 'projects/acme-prod/locations/eu/services/checkout',
        authenticationInfo: { principalEmail: 'ada@example.com' },
        ...more,
      },
    },
  });

  it('Google: a write in the audit log is a change', () => {
    expect(statementOf(read(entry('google.cloud.run.v2.Services.UpdateService')))).toMatchObject({
      kind: 'deploy',
      serviceName: 'checkout',
      environmentName: 'production',
      actor: { email: 'ada@example.com' },
      title: 'UpdateService checkout (run.googleapis.com)',
    });
    expect(statementOf(read(entry('storage.buckets.create')))?.title).toBe(
      'buckets.create checkout (run.googleapis.com)',
    );
    expect(statementOf(read(entry('SetIamPolicy', { serviceName: 'iam.googleapis.com' })))?.kind).toBe(
      'infrastructure',
    );
  });

  it.each([
    ['a read', entry('google.cloud.run.v2.Services.GetService')],
    ['a call that failed', entry('google.cloud.run.v2.Services.UpdateService', { status: { code: 7 } })],
    ['a message', { ...google, type: 'google.cloud.pubsub.topic.v1.messagePublished' }],
    ['a file', { ...google, type: 'google.cloud.storage.object.v1.finalized' }],
    [
      'a rollout that waits',
      { ...google, type: 'google.cloud.deploy.rollout.v1.created', data: { payload: { name: 'x' } } },
    ],
    [
      'an action that reads',
      {
        ...attributes,
        type: 'Microsoft.Resources.ResourceActionSuccess',
        data: { operationName: 'Microsoft.Web/sites/listKeys/action' },
      },
    ],
    ['an image', { ...attributes, type: 'Microsoft.ContainerRegistry.ImagePushed', data: {} }],
  ])('%s is ignored', (_, event) => {
    expect(read(event).outcome).toBe('ignored');
  });

  it('Google: the events of a rollout are one deploy', () => {
    const name = 'projects/1/locations/eu/deliveryPipelines/checkout/releases/rel-42/rollouts/rel-42-to-prod';
    const rollout = (state: string, id: string) =>
      read({
        ...google,
        id,
        type: 'google.cloud.deploy.rollout.v1.updated',
        data: { payload: { name, state, targetId: 'prod' } },
      });

    expect(rollout('SUCCEEDED', '2')).toMatchObject({
      events: [
        {
          statement: { phase: 'succeeded', serviceName: 'checkout', to: 'rel-42', environmentName: 'prod' },
          identities: [{ type: 'deployment', value: `google:${name}` }],
        },
      ],
    });
    expect(rollout('IN_PROGRESS', '1')).toMatchObject({ events: [{ identities: [{ value: `google:${name}` }] }] });
  });

  it('Tekton: a pipeline that deploys is one deploy from its beginning to its end', () => {
    const run = (state: string, name: string) => {
      const status = {
        startTime: '2026-11-20T14:00:00Z',
        ...(state === 'started' ? {} : { completionTime: '2026-11-20T14:04:00Z' }),
      };
      const pipelineRun = {
        metadata: { name: 'run-7', namespace: 'ci', uid: 'u-7' },
        spec: { pipelineRef: { name } },
        status,
      };
      return read({
        ...attributes,
        id: state,
        type: `dev.tekton.event.pipelinerun.${state}.v1`,
        data: { pipelineRun },
      });
    };
    const identities = [{ type: 'run', value: 'tekton:u-7' }];
    const statement = { kind: 'deploy', environmentName: 'production', startedAt: '2026-11-20T14:00:00.000Z' };

    expect(run('started', 'deploy-prod')).toMatchObject({
      events: [{ statement: { ...statement, phase: 'started' }, identities }],
    });
    expect(run('failed', 'deploy-prod')).toMatchObject({
      events: [{ statement: { ...statement, phase: 'failed', occurredAt: '2026-11-20T14:04:00.000Z' }, identities }],
    });
    expect(run('successful', 'unit-tests').outcome).toBe('ignored');
    expect(run('running', 'deploy-prod').outcome).toBe('ignored');
  });

  it.each([
    [
      'Microsoft.Resources.ResourceWriteSuccess',
      {
        operationName: 'Microsoft.Web/sites/write',
        resourceUri: '/subscriptions/1/resourceGroups/checkout-prod/providers/Microsoft.Web/sites/checkout',
        claims: { name: 'Ada' },
      },
      {
        kind: 'infrastructure',
        phase: 'succeeded',
        title: 'Microsoft.Web/sites/write on checkout',
        environmentName: 'production',
        actor: { name: 'Ada' },
      },
    ],
    [
      'Microsoft.AppConfiguration.KeyValueModified',
      { key: 'retries', label: 'prod' },
      { kind: 'config', title: 'setting retries set in acme', environmentName: 'production' },
    ],
    [
      'Microsoft.KeyVault.SecretNewVersionCreated',
      { ObjectName: 'stripe', VaultName: 'acme' },
      { kind: 'config', title: 'secret stripe has a new version in vault acme' },
    ],
  ])('Azure: %s', (type, data, expected) => {
    expect(statementOf(read({ ...attributes, type, data }))).toMatchObject(expected);
  });
});

describe('whatever comes', () => {
  it('may be nested as deep as it likes', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const data = `{"kind":"note","title":"x","extra":${deep}}`;
    const event = { ...attributes, type: 'com.example.note' };

    expect(read(deep).outcome).toBe('events');
    expect(read({ ...event, data }).outcome).toBe('events');
    expect(read({ ...event, data_base64: Buffer.from(data).toString('base64') }).outcome).toBe('events');
  });

  it('is read or refused, fits into the tables, and reads the same when it is kept', () => {
    const wrong = fc.oneof(fc.jsonValue(), fc.constant('\0\ud800'), fc.constant('x'.repeat(3000)));
    const type = fc.oneof(
      fc.constantFrom(
        ...[
          'service.deployed',
          'incident.detected',
          'pipelinerun.finished',
          'change.merged',
          'environment.created',
        ].map((each) => `dev.cdevents.${each}.0.1.0`),
      ),
      fc.constantFrom(
        'google.cloud.audit.log.v1.written',
        'Microsoft.Resources.ResourceWriteSuccess',
        'com.example.deploy',
      ),
      fc.string({ unit: 'binary' }),
    );
    const event = fc.record(
      {
        specversion: fc.constant('1.0'),
        id: fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constant('x'.repeat(3000))),
        source: fc.string({ unit: 'binary', minLength: 1 }),
        type,
        time: wrong,
        data: fc.oneof(
          wrong,
          fc.record({
            context: fc.record({ links: wrong, chainId: wrong }),
            subject: fc.record({ id: fc.string(), content: wrong }),
            customData: wrong,
          }),
          fc.record({ kind: fc.constant('deploy'), title: wrong, key: wrong }),
        ),
        data_base64: fc.option(fc.base64String(), { nil: undefined }),
      },
      { requiredKeys: ['specversion', 'id', 'source', 'type'] },
    );
    fc.assert(
      fc.property(fc.oneof(event, fc.array(event, { maxLength: 3 }), wrong), (body) => {
        const kept = readDelivery(cloudEvents, body, { catalog });
        const again = readDelivery(cloudEvents, kept.body, { catalog, headers: kept.headers });
        const { parsed } = kept;

        expect(again.parsed).toEqual(parsed);
        expect(kept.key?.length ?? 0).toBeLessThanOrEqual(500);
        expect(JSON.stringify(parsed)).not.toMatch(/\\u0000|(?<!\\)(?:\\\\)*\\ud[89a-f]/);
        const { events, signals = [] } = parsed.outcome === 'events' ? parsed : { events: [] };
        for (const { statement, identities, mentions } of events) {
          expect(statement.key.length).toBeLessThanOrEqual(500);
          expect((statement.title ?? '').length).toBeLessThanOrEqual(600);
          for (const { value } of [...identities, ...mentions]) expect(value.length).toBeLessThanOrEqual(300);
        }
        for (const { key, subject } of signals) {
          expect(key.length).toBeLessThanOrEqual(500);
          expect(subject.length).toBeLessThanOrEqual(300);
        }
      }),
      { numRuns: 500 },
    );
  });

  const samples = new URL('../../../shared/samples/cloudevents/', import.meta.url);
  it.runIf(existsSync(samples))('of the samples of others is read', () => {
    for (const file of readdirSync(samples)) {
      expect([file, read(readFileSync(new URL(file, samples), 'utf8')).outcome]).toEqual([
        file,
        expect.stringMatching(/^(?:events|ignored)$/),
      ]);
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { kubernetesAudit } from './kubernetes-audit.ts';
import { concealAudit } from './kubernetes-audit/conceal.ts';
import { concealWith } from './reading/conceal.ts';

const catalog: Catalog = {
  environments: new Map([['prod', 'production']]),
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

interface Sent {
  readonly verb?: string;
  readonly object?: object;
  readonly sent?: unknown;
  readonly answer?: unknown;
  readonly user?: string;
  readonly code?: number;
  readonly more?: object;
}

let count = 0;

function audit({
  verb = 'patch',
  object = {},
  sent,
  answer,
  user = 'ada@example.com',
  code = 200,
  more = {},
}: Sent = {}) {
  count += 1;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: `id-${count}`,
    stage: 'ResponseComplete',
    verb,
    user: { username: user },
    objectRef: { resource: 'deployments', apiGroup: 'apps', namespace: 'shop', name: 'checkout', ...object },
    responseStatus: { code },
    requestReceivedTimestamp: '2026-11-20T14:00:00.123456Z',
    stageTimestamp: '2026-11-20T14:00:01.000000Z',
    requestObject: sent,
    responseObject: answer,
    ...more,
  };
}

function read(body: unknown) {
  return readSource(kubernetesAudit, body, { catalog });
}

function eventsOf(body: unknown): readonly TimelineEvent[] {
  const parsed = read(body);
  return parsed.outcome === 'events' ? parsed.events : [];
}

function told(body: unknown): TimelineEvent {
  const [event] = eventsOf(body);
  if (event === undefined) throw new Error(JSON.stringify(read(body)));
  return event;
}

const list = (...items: readonly unknown[]) => ({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items });
const pod = (image: string) => ({ template: { spec: { containers: [{ name: 'checkout', image }] } } });

describe('the body', () => {
  const azure = { category: 'kube-audit-admin', properties: { log: JSON.stringify(audit()) } };
  const logs = {
    logGroup: '/aws/eks/prod-eu/cluster',
    logEvents: [{ timestamp: 1_795_183_200_000, message: JSON.stringify(audit()) }],
  };

  it.each([
    ['a list of events', list(audit())],
    ['an event', audit()],
    ['several lists', [list(audit()), list(audit())]],
    ['a record of AKS', azure],
    ['records of AKS', { records: [azure, azure] }],
    ['logs of EKS', logs],
  ])('may be %s', (_, body) => {
    expect(told(body).statement).toMatchObject({
      title: 'Deployment checkout in shop changed',
      actor: { email: 'ada@example.com' },
    });
  });

  it.each([
    ['text', '"x"'],
    ['an empty list', []],
    ['an Event of another kind', { kind: 'Event', apiVersion: 'v1', message: 'Pulled image' }],
    ['records of another category', { records: [{ category: 'kube-apiserver', properties: {} }] }],
  ])('is not an audit event when it is %s', (_, body) => {
    expect(read(body)).toMatchObject({ outcome: 'malformed', notWhatItSends: true });
  });

  it('is read as far as it can be', () => {
    const wrong = { ...audit(), objectRef: { resource: 7 } };

    expect(read(list(audit(), wrong))).toMatchObject({ outcome: 'events', rejected: [{ index: 1 }] });
    expect(read(list(wrong))).toMatchObject({ outcome: 'malformed', notWhatItSends: false });
    expect(read(list())).toMatchObject({ outcome: 'ignored' });
  });

  it.each([
    [
      'io.k8s.apps.v1.deployments.patch',
      'apps/v1/namespaces/shop/deployments/checkout',
      'Deployment checkout in shop changed',
    ],
    [
      'io.k8s.core.v1.pods.exec.create',
      'core/v1/namespaces/shop/pods/checkout-0/exec',
      'command run in Pod checkout-0 in shop',
    ],
    ['io.k8s.core.v1.nodes.patch', 'core/v1/nodes/node-1', 'Node node-1 changed'],
    [
      'io.k8s.authorization.rbac.v1.clusterroles.create',
      'rbac.authorization.k8s.io/v1/clusterroles/admin',
      'ClusterRole admin created',
    ],
  ])('may be a log entry of GKE: %s', (methodName, resourceName, title) => {
    const entry = {
      insertId: 'i-1',
      timestamp: '2026-11-20T14:00:00Z',
      resource: { labels: { cluster_name: 'prod-eu' } },
      protoPayload: {
        serviceName: 'k8s.io',
        methodName,
        resourceName,
        authenticationInfo: { principalEmail: 'ada@example.com' },
      },
    };

    expect(told(entry).statement).toMatchObject({
      key: 'kubernetes-audit:i-1',
      title,
      environmentName: 'prod',
      occurredAt: '2026-11-20T14:00:00.000Z',
      details: { cluster: 'prod-eu' },
    });
    expect(read({ ...entry, protoPayload: { ...entry.protoPayload, status: { code: 7 } } })).toMatchObject({
      outcome: 'ignored',
    });
  });
});

describe('noise', () => {
  it.each([
    ['a read', { verb: 'get' }],
    ['what was refused', { code: 403 }],
    ['a stage before the answer', { more: { stage: 'RequestReceived' } }],
    ['what was only tried', { more: { requestURI: '/apis/apps/v1/namespaces/shop/deployments/checkout?dryRun=All' } }],
    ['a status', { object: { subresource: 'status' } }],
    ['a lease', { object: { resource: 'leases' } }],
    ['an event', { verb: 'create', object: { resource: 'events' } }],
    ['endpoints', { object: { resource: 'endpointslices' } }],
    ['a review', { verb: 'create', object: { resource: 'subjectaccessreviews' } }],
    ['a token', { verb: 'create', object: { resource: 'serviceaccounts', subresource: 'token' } }],
    ['a controller', { user: 'system:serviceaccount:kube-system:horizontal-pod-autoscaler' }],
    ['a node', { user: 'system:node:node-1' }],
    ['the control plane', { user: 'system:kube-controller-manager' }],
    ['an operator', { user: 'system:serviceaccount:shop:redis-operator' }],
    ['Argo CD', { user: 'system:serviceaccount:argocd:argocd-application-controller' }],
    [
      'a pod that a job runner makes',
      { verb: 'create', user: 'system:serviceaccount:ci:runner', object: { resource: 'pods' } },
    ],
    ['a record of Helm', { verb: 'create', object: { resource: 'secrets', name: 'sh.helm.release.v1.checkout.v5' } }],
    ['a leader', { object: { resource: 'configmaps', name: 'ingress-controller-leader' } }],
    ['a patch that changes nothing', { answer: { metadata: { generation: 5 }, status: { observedGeneration: 5 } } }],
    ['no object', { more: { objectRef: null } }],
  ])('is %s', (_, sent) => {
    expect(read(audit(sent))).toMatchObject({ outcome: 'ignored' });
  });
});

describe('a change', () => {
  it.each([
    ['an image', 'deploy', undefined, { sent: { spec: pod('acme/checkout:v1.42.0') } }],
    [
      'an image, as a list of operations',
      'deploy',
      undefined,
      { sent: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'acme/checkout:v1.42.0' }] },
    ],
    [
      'an image of a CronJob',
      'deploy',
      undefined,
      { object: { resource: 'cronjobs' }, sent: { spec: { jobTemplate: { spec: pod('acme/checkout:v1.42.0') } } } },
    ],
    [
      'a workload without images',
      'config',
      'Deployment checkout in shop changed',
      { sent: { spec: { paused: true } } },
    ],
    [
      'a restart',
      'maintenance',
      'Deployment checkout in shop restarted',
      { sent: { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'x' } } } } } },
    ],
    [
      'a scale',
      'config',
      'Deployment checkout in shop scaled to 5',
      { object: { subresource: 'scale' }, sent: { spec: { replicas: 5 } } },
    ],
    [
      'a scale of the workload itself',
      'config',
      'Deployment checkout in shop scaled to 5',
      { sent: { spec: { replicas: 5 } } },
    ],
    ['a workload deleted', 'infrastructure', 'Deployment checkout in shop deleted', { verb: 'delete' }],
    ['a Service', 'infrastructure', 'Service checkout in shop changed', { object: { resource: 'services' } }],
    ['an Ingress', 'infrastructure', 'Ingress checkout in shop changed', { object: { resource: 'ingresses' } }],
    [
      'a NetworkPolicy',
      'infrastructure',
      'NetworkPolicy checkout in shop created',
      { verb: 'create', object: { resource: 'networkpolicies' } },
    ],
    [
      'a cluster role',
      'infrastructure',
      'ClusterRole admin changed',
      { verb: 'update', object: { resource: 'clusterroles', name: 'admin', namespace: undefined } },
    ],
    [
      'an object of somebody’s own',
      'infrastructure',
      'Kafka main in shop changed',
      { object: { resource: 'kafkas', name: 'main' }, sent: { kind: 'Kafka' } },
    ],
    [
      'all of a kind',
      'config',
      'all configmaps in shop deleted',
      { verb: 'deletecollection', object: { resource: 'configmaps', name: undefined } },
    ],
    [
      'a pod deleted',
      'maintenance',
      'Pod checkout-0 in shop deleted',
      { verb: 'delete', object: { resource: 'pods', name: 'checkout-0' } },
    ],
    [
      'a job',
      'maintenance',
      'Job migrate in shop created',
      { verb: 'create', object: { resource: 'jobs', name: undefined }, answer: { metadata: { name: 'migrate' } } },
    ],
    [
      'a command',
      'maintenance',
      'command run in Pod checkout-0 in shop',
      { verb: 'create', code: 101, object: { resource: 'pods', name: 'checkout-0', subresource: 'exec' } },
    ],
    [
      'a command of a newer client',
      'maintenance',
      'command run in Pod checkout-0 in shop',
      { verb: 'get', code: 101, object: { resource: 'pods', name: 'checkout-0', subresource: 'exec' } },
    ],
    [
      'a port forwarded',
      'maintenance',
      'port forwarded to Pod checkout-0 in shop',
      { verb: 'get', code: 101, object: { resource: 'pods', name: 'checkout-0', subresource: 'portforward' } },
    ],
    [
      'a debug container',
      'maintenance',
      'debug container put into Pod checkout-0 in shop',
      { object: { resource: 'pods', name: 'checkout-0', subresource: 'ephemeralcontainers' } },
    ],
  ] as const)('of %s is %s', (_, kind, title, sent) => {
    const { statement } = told(audit(sent));

    expect(statement).toMatchObject({
      kind,
      phase: 'happened',
      occurredAt: '2026-11-20T14:00:00.123Z',
      clock: 'source',
    });
    expect(statement.title).toBe(title);
    expect(statement.to).toBe(kind === 'deploy' ? 'v1.42.0' : undefined);
  });

  it('of a ConfigMap or Secret tells its keys, and no value of a Secret', () => {
    const configMap = audit({ object: { resource: 'configmaps' }, sent: { data: { LIMIT: '5', OLD: null } } });
    const secret = audit({
      object: { resource: 'secrets' },
      sent: { data: { password: 'aHVudGVyMg==', mode: 'Zm9v' } },
    });
    const operations = audit({
      object: { resource: 'secrets' },
      sent: [
        { op: 'add', path: '/data/a~1b', value: 'aHVudGVyMg==' },
        { op: 'remove', path: '/data/c' },
      ],
    });

    expect(told(configMap).statement).toMatchObject({ kind: 'config', after: { LIMIT: '5', OLD: null } });
    expect(told(secret).statement.after).toEqual({
      password: expect.stringMatching(/^‹secret/),
      mode: expect.stringMatching(/^‹secret/),
    });
    expect(told(operations).statement.after).toEqual({ 'a/b': expect.stringMatching(/^‹secret/), c: null });
  });

  const limits = { sent: { data: { LIMIT: '5' } }, object: { resource: 'configmaps', name: 'limits' } };
  const identities = (more: Sent) => told(audit({ ...limits, ...more })).identities;

  it('of the same object by the same person is one with a count within an hour, whatever it was set to', () => {
    expect(identities({})).toEqual([
      { type: 'repetition', value: expect.stringMatching(/:2026-11-20T14:\w+ ConfigMap limits in shop$/) },
    ]);
    expect(identities({ sent: { data: { LIMIT: '6' } } })).toEqual(identities({}));
  });

  it.each<[other: string, more: Sent]>([
    ['object', { object: { resource: 'configmaps', name: 'limits', namespace: 'qa' } }],
    ['person', { user: 'grace@example.com' }],
    ['verb', { verb: 'delete' }],
    ['environment', { sent: { metadata: { labels: { env: 'qa' } } } }],
  ])('by or of another %s is one of its own', (_, more) => {
    expect(identities(more)).not.toEqual(identities({}));
  });

  it('of a workload is one of its own for each image, and where it deploys nothing', () => {
    const patches = [
      { spec: { template: { spec: { containers: [{ name: 'checkout', image: 'acme/checkout:1.42.0' }] } } } },
      { spec: { template: { spec: { containers: [{ name: 'checkout', image: 'acme/checkout:1.41.3' }] } } } },
      { spec: { paused: true } },
    ];
    const values = patches.map((sent) => told(audit({ sent })).identities[0]?.value);

    expect(new Set(values).size).toBe(3);
  });

  it('is known by its id, else by what it says', () => {
    const event = { ...audit(), auditID: undefined };

    expect(told(event).statement.key).toBe(told(event).statement.key);
    expect(told(event).statement.key).not.toBe(told({ ...event, verb: 'update' }).statement.key);
    expect(told({ ...event, auditID: 'x' }).statement.key).toBe('kubernetes-audit:x');
  });

  it('is of whoever a proxy serves, and of whoever takes on a role', () => {
    const as = { more: { impersonatedUser: { username: 'grace' } } };

    expect(told(audit({ ...as, user: 'system:serviceaccount:gate:proxy' })).statement).toMatchObject({
      actor: { login: 'grace' },
      details: { by: 'system:serviceaccount:gate:proxy' },
    });
    expect(told(audit(as)).statement).toMatchObject({ actor: { email: 'ada@example.com' }, details: { as: 'grace' } });
  });

  it.each([
    ['the list', { ...list(audit()), environment: 'qa' }, 'qa'],
    ['a label', audit({ sent: { metadata: { labels: { env: 'qa' } } } }), 'qa'],
    ['the cluster', { ...list(audit()), cluster: 'prod-eu' }, 'prod'],
    ['the namespace, if the settings know it', audit({ object: { namespace: 'shop-prod' } }), 'prod'],
    ['nothing else', audit(), undefined],
  ])('has its environment from %s', (_, body, environmentName) => {
    expect(told(body).statement.environmentName).toBe(environmentName);
  });

  it.each([
    ['checkout-6f9d8c7b5-x2k4p', 'checkout'],
    ['checkout-0', 'checkout'],
    ['ledger-0', undefined],
  ])('in pod %s is of service %s', (name, service) => {
    expect(told(audit({ verb: 'delete', object: { resource: 'pods', name } })).statement.serviceName).toBe(service);
  });

  it('may have a time without a zone, which is UTC', () => {
    const times = { requestReceivedTimestamp: '2026-11-20 14:00:00.5', stageTimestamp: undefined };

    expect(told(audit({ more: times })).statement.occurredAt).toBe('2026-11-20T14:00:00.500Z');
  });
});

describe('secrets', () => {
  const secret = {
    kind: 'Secret',
    metadata: {
      name: 'db',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"Secret","data":{"a":"aHVudGVyMg=="}}',
      },
    },
    data: { a: 'aHVudGVyMg==' },
  };
  const about = { object: { resource: 'secrets', name: 'db' } };

  it.each([
    ['a whole Secret', audit({ ...about, sent: secret, answer: secret })],
    [
      'a merge patch',
      audit({ ...about, sent: { data: { a: 'aHVudGVyMg==' }, metadata: { annotations: { b: 'aHVudGVyMg==' } } } }),
    ],
    ['a list of operations', audit({ ...about, sent: [{ op: 'add', path: '/data', value: { a: 'aHVudGVyMg==' } }] })],
    [
      'a list of Secrets that was read',
      audit({ ...about, verb: 'list', answer: { kind: 'SecretList', items: [{ data: { a: 'aHVudGVyMg==' } }] } }),
    ],
    [
      'the configuration last applied of another object',
      audit({
        sent: {
          metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(secret) } },
        },
      }),
    ],
    [
      'a record of AKS',
      {
        category: 'kube-audit',
        properties: { log: JSON.stringify(audit({ ...about, sent: { data: { a: 'aHVudGVyMg==' } } })) },
      },
    ],
    [
      'logs of EKS',
      { logEvents: [{ message: JSON.stringify(audit({ ...about, sent: { data: { a: 'aHVudGVyMg==' } } })) }] },
    ],
    [
      'an entry of GKE',
      { protoPayload: { methodName: 'io.k8s.core.v1.secrets.patch', request: { data: { a: 'aHVudGVyMg==' } } } },
    ],
  ])('are gone from %s', (_, body) => {
    for (const each of [body, [body], list(body)]) {
      const kept = readDelivery(kubernetesAudit, each, { catalog });

      expect(kept.body.toString()).not.toContain('aHVudGVyMg');
      expect(JSON.stringify(kept.parsed)).not.toContain('aHVudGVyMg');
      expect(readDelivery(kubernetesAudit, kept.body, { catalog }).parsed).toEqual(kept.parsed);
    }
  });

  it('are concealed once, whatever shape comes', () => {
    const conceal = concealWith('key');
    const body = fc.oneof(
      fc.anything(),
      fc.json().map((text) => audit({ ...about, sent: JSON.parse(text) as unknown })),
    );
    fc.assert(
      fc.property(body, (shape) => {
        const once = concealAudit(shape, conceal);

        expect(concealAudit(once, conceal)).toEqual(once);
      }),
    );
  });

  it('nested without end do not stop it', () => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;

    expect(() =>
      read(`{"kind":"EventList","items":[{"objectRef":{"resource":"secrets"},"requestObject":${deep}}]}`),
    ).not.toThrow();
  });
});

it('never throws, whatever an event holds', () => {
  fc.assert(
    fc.property(fc.object(), fc.object(), fc.constantFrom('patch', 'create', 'update'), (sent, object, verb) => {
      const event = audit({ verb, sent, object: { ...object, resource: 'deployments' } });

      expect(() => read(JSON.stringify(list(event)))).not.toThrow();
    }),
  );
});

it('reads thousands of events at once', () => {
  const events = Array.from({ length: 5000 }, (_, index) =>
    audit({ verb: index % 100 === 0 ? 'patch' : 'get', object: { name: `checkout-${index}` } }),
  );

  expect(eventsOf(list(...events))).toHaveLength(50);
});

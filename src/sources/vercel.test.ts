import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emptyCatalog, readDelivery, readSource } from '../../test/read-source.ts';
import { foldChange } from '../domain/fold.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { vercel } from './vercel.ts';

const sha = 'ab'.repeat(20);
const deployment = { id: 'dpl_1', name: 'checkout', url: 'checkout.example.com', meta: {} };

function delivery(type: string, payload: object = {}, minute = 0) {
  const at = new Date(Date.UTC(2026, 10, 20, 14, minute)).getTime();
  return {
    id: `evt_${type}_${minute}`.replaceAll('.', '-'),
    type,
    createdAt: at,
    region: null,
    payload: { deployment, target: 'production', ...payload },
  };
}

function eventsOf(body: unknown): readonly TimelineEvent[] {
  const parsed = readSource(vercel, body);
  return parsed.outcome === 'events' ? parsed.events : [];
}

const statementOf = (type: string, payload?: object) => eventsOf(delivery(type, payload))[0]?.statement;

describe('a deployment', () => {
  const course = [
    delivery('deployment.created', {}, 0),
    delivery('deployment.ready', {}, 2),
    delivery('deployment.succeeded', {}, 3),
    delivery('deployment.promoted', { target: undefined }, 4),
  ].flatMap(eventsOf);

  it('is one change from its creation until it serves, in whatever order its deliveries come', () => {
    expect(new Set(course.map((event) => event.identities[0]?.value))).toEqual(new Set(['vercel:dpl_1']));
    for (const events of [course, course.toReversed()]) {
      expect(foldChange(events, emptyCatalog, null)).toMatchObject({
        kind: 'deploy',
        status: 'succeeded',
        environment: 'production',
        service: 'checkout',
        occurredAt: new Date('2026-11-20T14:00:00.000Z'),
        finishedAt: new Date('2026-11-20T14:04:00.000Z'),
      });
    }
  });

  it.each([
    ['deployment.created', 'started'],
    ['deployment', 'started'],
    ['deployment.ready', 'succeeded'],
    ['deployment-ready', 'succeeded'],
    ['deployment.error', 'failed'],
    ['deployment.canceled', 'cancelled'],
  ])('%s: %s', (type, phase) => {
    expect(statementOf(type)?.phase).toBe(phase);
  });

  it.each([
    ['production', { target: 'production' }],
    ['staging', { target: 'staging' }],
    ['preview', { target: null }],
    [undefined, { target: null, deployment: { ...deployment, customEnvironmentId: 'env_1' } }],
  ])('goes to %s', (environment, payload) => {
    expect(statementOf('deployment.created', payload)?.environmentName).toBe(environment);
  });

  it.each([
    ['acme/checkout', { githubCommitOrg: 'Acme', githubCommitRepo: 'Checkout', githubCommitSha: sha }],
    ['acme/shop/checkout', { gitlabProjectPath: 'acme/shop/checkout', gitlabCommitSha: sha }],
    ['acme/checkout', { bitbucketRepoOwner: 'acme', bitbucketRepoSlug: 'checkout', bitbucketCommitSha: sha }],
  ])('is of a commit of %s', (repository, meta) => {
    const [event] = eventsOf(delivery('deployment.created', { deployment: { ...deployment, meta } }));

    expect(event?.statement).toMatchObject({ repository, commit: sha, to: 'abababa' });
    expect(event?.mentions).toEqual([{ type: 'commit', value: `${repository}@${sha}` }]);
  });

  it.each([{ githubCommitSha: 'main' }, { githubCommitSha: sha, githubCommitOrg: '../..' }, { __proto__: 7 }])(
    'is of nothing known where its origin is %j',
    (meta) => {
      const [event] = eventsOf(delivery('deployment.created', { deployment: { ...deployment, meta } }));

      expect(event?.statement).not.toHaveProperty('repository');
      expect(event?.mentions).toEqual([]);
    },
  );
});

describe('going back', () => {
  it('is a rollback of its own, that leads to both deployments', () => {
    const payload = {
      deployment: undefined,
      project: { id: 'prj_1' },
      fromDeploymentId: 'dpl_2',
      toDeploymentId: 'dpl_1',
    };

    expect(eventsOf(delivery('deployment.rollback', payload))).toMatchObject([
      {
        statement: {
          kind: 'rollback',
          environmentName: 'production',
          title: 'production rolled back to deployment dpl_1',
        },
        mentions: [{ value: 'vercel:dpl_2' }, { value: 'vercel:dpl_1' }],
      },
    ]);
  });
});

describe('a rolling release', () => {
  const step = (type: string, percentage: number | undefined, before: number, minute: number) =>
    delivery(
      `project.rolling-release.${type}`,
      {
        project: { id: 'prj_1' },
        projectName: 'checkout',
        rollingRelease: {
          default: {
            targetDeploymentId: 'dpl_1',
            targetPercentage: percentage,
            targetStartAt: Date.UTC(2026, 10, 20, 14),
          },
          config: { target: 'production' },
        },
        prevRollingRelease: { default: { targetDeploymentId: 'dpl_1', targetPercentage: before } },
      },
      minute,
    );

  it('is one change, called by its last step', () => {
    const events = [step('started', 10, 0, 0), step('approved', 35, 10, 5), step('completed', 100, 35, 9)].flatMap(
      eventsOf,
    );

    expect(new Set(events.map((event) => event.identities[0]?.value)).size).toBe(1);
    expect(foldChange(events.slice(0, 2), emptyCatalog, null)).toMatchObject({
      status: 'started',
      title: 'rolling release of checkout: 10 % → 35 %',
    });
    expect(foldChange(events, emptyCatalog, null)).toMatchObject({
      status: 'succeeded',
      title: 'rolling release of checkout: 35 % → 100 %',
    });
    expect(eventsOf(step('aborted', undefined, 10, 9))[0]?.statement).toMatchObject({
      phase: 'cancelled',
      title: 'rolling release of checkout: aborted at 10 %',
    });
  });
});

describe('settings', () => {
  it.each<[string, string, object]>([
    ['environment variable changed', 'project.env-variable.updated', { projectId: 'prj_1' }],
    ['environment variable API_URL removed', 'project.env-variable.deleted', { envVarKey: 'API_URL' }],
    [
      'domain shop.example.com added in checkout',
      'project.domain.created',
      { domain: { name: 'shop.example.com' }, project: { name: 'checkout' } },
    ],
    ['domain shop.example.com removed', 'project.domain-deleted', { domain: { name: 'shop.example.com' } }],
    ['project checkout removed', 'project.removed', { project: { name: 'checkout' } }],
    [
      'project old-checkout renamed',
      'project.renamed',
      { project: { name: 'checkout' }, previousName: 'old-checkout' },
    ],
    ['DNS records example.com changed', 'domain.dns-records-changed', { zone: 'example.com', changes: [] }],
    [
      'certificate shop.example.com could not be renewed',
      'domain.certificate-renew-failed',
      { dnsNames: ['shop.example.com'] },
    ],
    ['flag new-checkout changed', 'flag.updated', { flag: { slug: 'new-checkout' } }],
  ])('“%s”', (title, type, payload) => {
    expect(statementOf(type, { deployment: undefined, ...payload })?.title).toBe(title);
  });
});

describe('what is no change', () => {
  it.each([
    'deployment.checks.failed',
    'domain.renewal',
    'alerts.triggered',
    'marketplace.invoice.paid',
    'constructor',
  ])('%s', (type) => {
    expect(readSource(vercel, delivery(type)).outcome).toBe('ignored');
  });

  it('is a test', () => {
    expect(readSource(vercel, { type: 'test-webhook' }).outcome).toBe('ping');
  });

  it.each([
    ['text', true],
    [{ type: 'deployment.created' }, true],
    [{ ...delivery('deployment.created'), createdAt: 0 }, false],
    [{ ...delivery('deployment.created'), payload: {} }, false],
  ])('%j is malformed', (body, notWhatItSends) => {
    expect(readSource(vercel, JSON.stringify(body))).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });
});

it('knows a redelivery by the id of the delivery', () => {
  expect(readDelivery(vercel, delivery('deployment.created')).key).toBe('evt_deployment-created_0');
});

const samples = new URL('../../../shared/samples/vercel/', import.meta.url);

it.runIf(existsSync(samples))('reads every sample there is', () => {
  for (const file of readdirSync(samples)) {
    expect(readSource(vercel, readFileSync(new URL(file, samples), 'utf8')).outcome).toBe('events');
  }
});

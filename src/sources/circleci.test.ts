import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { circleci } from './circleci.ts';
import type { Parsed } from './reading/source.ts';

const environments = new Map([
  ['production', 'production'],
  ['prod', 'production'],
  ['staging', 'staging'],
]);
const catalog: Catalog = { environments, services: [], configPaths: [] };
const sha = 'b'.repeat(40);
const url = 'https://app.circleci.com/pipelines/github/acme/checkout/130/workflows/w-1';

function read(body: object, headers: Readonly<Record<string, string>> = {}): Parsed {
  return readSource(circleci, body, { headers, catalog });
}

function eventsOf(body: object): readonly TimelineEvent[] {
  const parsed = read(body);
  return parsed.outcome === 'events' ? parsed.events : [];
}

const happened_at = '2026-11-20T14:12:46.317Z';
const vcs = { target_repository_url: 'https://github.com/Acme/Checkout', revision: sha, branch: 'main' };
const times = { created_at: '2026-11-20T14:10:00.616Z', stopped_at: '2026-11-20T14:12:45.170Z' };

function workflow(name: string, status = 'success', pipeline: object = { vcs }) {
  return {
    type: 'workflow-completed',
    id: 'e-1',
    happened_at,
    workflow: { id: 'w-1', name, status, url, ...times },
    pipeline,
  };
}

function job(name: string, status = 'success', more: object = {}) {
  const ran = { started_at: '2026-11-20T14:11:00Z', stopped_at: '2026-11-20T14:12:44Z' };
  return {
    type: 'job-completed',
    id: 'e-2',
    happened_at,
    workflow: { id: 'w-1', name: 'main', url, ...times },
    job: { id: `j-${name}`, name, status, ...ran },
    pipeline: { vcs },
    ...more,
  };
}

describe('the envelope', () => {
  it.each([
    ['a ping', { type: 'ping' }, { outcome: 'ping' }],
    ['an event of next year', { type: 'pipeline-created' }, { outcome: 'ignored' }],
    ['a list', [], { outcome: 'malformed', notWhatItSends: true }],
    ['no type', { id: 'e-1' }, { outcome: 'malformed', notWhatItSends: true }],
    [
      'neither a workflow nor a job',
      { type: 'job-completed', happened_at },
      { outcome: 'malformed', notWhatItSends: false },
    ],
    ['no time', { ...workflow('deploy'), happened_at: null }, { outcome: 'malformed', notWhatItSends: false }],
  ])('with %s', (_, body, outcome) => {
    expect(read(body)).toMatchObject(outcome);
  });

  it('may name its type in a header', () => {
    expect(read({ webhook: {} }, { 'circleci-event-type': 'ping' })).toEqual({ outcome: 'ping' });
  });

  it('has the key by which CircleCI says that deliveries may be told apart', () => {
    expect(readDelivery(circleci, { type: 'ping', id: 'E-1' }).key).toBe('e-1');
    expect(readDelivery(circleci, { type: 'ping', id: 'a b' }).key).toBeNull();
  });
});

describe('a deploy', () => {
  it.each([
    ['success', 'succeeded'],
    ['failed', 'failed'],
    ['error', 'failed'],
    ['canceled', 'cancelled'],
    ['unauthorized', undefined],
    ['of_next_year', undefined],
  ])('whose workflow ends as %s is %s', (status, phase) => {
    expect(eventsOf(workflow('deploy-production', status))[0]?.statement.phase).toBe(phase);
  });

  it('says where, what, from when to when', () => {
    expect(foldChange(eventsOf(workflow('deploy-production')), catalog, null)).toMatchObject({
      title: `deploy checkout ${sha.slice(0, 7)} to production`,
      commit: sha,
      branch: 'main',
      runUrl: url,
      occurredAt: new Date('2026-11-20T14:10:00.616Z'),
      finishedAt: new Date('2026-11-20T14:12:45.170Z'),
    });
  });

  it.each([
    ['build-test-deploy', undefined, undefined],
    ['unit-tests', undefined, undefined],
    ['deploy', 'deploy', undefined],
    ['rollback-prod', 'rollback', 'production'],
    ['release staging', 'deploy', 'staging'],
  ])('is told by the name: %s', (name, kind, environment) => {
    const [event] = eventsOf(workflow(name));

    expect(event?.statement.kind).toBe(kind);
    expect(event?.statement.environmentName).toBe(environment);
  });

  it('is one by its workflow and its job, and fails as the workflow does', () => {
    const events = [...eventsOf(workflow('deploy-production', 'failed')), ...eventsOf(job('deploy-prod', 'failed'))];

    expect(events[0]?.identities).toEqual(events[1]?.identities);
    expect(events[0]?.statement.key).not.toBe(events[1]?.statement.key);
    expect(foldChange(events, catalog, null)).toMatchObject({
      status: 'failed',
      environment: 'production',
      details: { job: 'deploy-prod' },
    });
  });

  it.each([
    ['elsewhere', 'deploy-staging'],
    ['of another thing', 'deploy-ledger-production'],
  ])('is not that of another job: one %s', (_, name) => {
    expect(eventsOf(job(name))[0]?.identities).not.toEqual(eventsOf(job('deploy-production'))[0]?.identities);
  });

  it('may be told by a job without its workflow', () => {
    expect(eventsOf(job('deploy-production', 'success', { workflow: undefined }))[0]?.identities).toEqual([
      { type: 'run', value: 'circleci:j-deploy-production@production:' },
    ]);
  });

  const git = { checkout_url: 'git@gitlab.com:acme/checkout.git', checkout_sha: sha, branch: '', tag: 'v1.42.0' };
  it.each([
    ['an app', { trigger_parameters: { git } }, { repository: 'acme/checkout', commit: sha, to: 'v1.42.0' }],
    [
      'GitLab',
      {
        trigger_parameters: {
          gitlab: { repo_url: 'git@gitlab.com:acme/checkout.git', commit_sha: sha, user_username: 'ada' },
        },
      },
      { repository: 'acme/checkout', commit: sha, to: sha.slice(0, 7), actor: { login: 'ada' } },
    ],
    ['a tag', { vcs: { ...vcs, branch: null, tag: 'checkout-v2.0.0' } }, { to: 'checkout-v2.0.0', commit: sha }],
  ])('knows its commit by %s', (_, pipeline, known) => {
    expect(eventsOf(workflow('deploy-production', 'success', pipeline))[0]?.statement).toMatchObject(known);
  });

  it.each([
    ['gh/Acme/Checkout', 'acme/checkout', undefined],
    ['circleci/Da5VtNus/6EkDPZoN', undefined, 'deploy by the workflow deploy-production'],
  ])('knows its repository by the project %s, or is told by its own name', (slug, repository, title) => {
    const body = { ...workflow('deploy-production', 'success', {}), project: { slug } };

    expect(eventsOf(body)[0]?.statement.repository).toBe(repository);
    expect(eventsOf(body)[0]?.statement.title).toBe(title);
  });
});

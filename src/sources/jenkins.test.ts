import { describe, expect, it } from 'vitest';
import { readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { jenkins } from './jenkins.ts';
import { concealWith } from './reading/conceal.ts';
import { openSource } from './reading/open.ts';
import type { Parsed } from './reading/source.ts';

const environments = new Map([
  ['production', 'production'],
  ['prod', 'production'],
  ['staging', 'staging'],
]);
const catalog: Catalog = { environments, services: [], configPaths: [] };
const receivedAt = new Date('2026-11-20T14:20:00Z');
const sha = 'b'.repeat(40);
const started = Date.parse('2026-11-20T14:10:00.500Z');
const ended = started + 165_000;

function read(body: object): Parsed {
  return readSource(jenkins, body, { catalog, receivedAt });
}

function eventsOf(body: object): readonly TimelineEvent[] {
  const parsed = read(body);
  return parsed.outcome === 'events' ? parsed.events : [];
}

const scm = { url: 'git@github.com:Acme/Checkout.git', branch: 'origin/main', commit: sha };

function job(phase: string, timestamp: unknown, more: object = {}, path = 'job/deploy-production/') {
  const full_url = `https://jenkins.example.com/${path}17/`;
  const build = { full_url, url: `${path}17/`, number: 17, phase, timestamp, duration: 0, scm, ...more };
  return { name: 'deploy-production', url: path, build };
}

const success = { status: 'SUCCESS', duration: 165_000 };

describe('the envelope', () => {
  const opened = openSource(jenkins, { secrets: ['the-secret'], catalog, conceal: concealWith('a-key') });
  const basic = Buffer.from('sincewhen:the-secret').toString('base64');

  it.each([
    ['the end of the address', { pathSecret: 'the-secret' }, true],
    ['the password in the address', { headers: { authorization: `Basic ${basic}` } }, true],
    ['nothing', {}, false],
    ['another', { pathSecret: 'the-secreT' }, false],
  ])('is proved by %s', (_, more, proved) => {
    expect(opened.secretInPath).toBe(true);
    expect(opened.verify({ headers: {}, body: Buffer.from('{}'), receivedAt, ...more })).toBe(proved);
  });

  it.each([
    ['a list', [], true],
    ['no build', { name: 'deploy' }, true],
    ['no name', { build: {} }, true],
    ['a build without its number', job('STARTED', started, { number: null }), false],
  ])('with %s is malformed', (_, body, notWhatItSends) => {
    expect(read(body)).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });
});

describe('a deploy', () => {
  it.each([
    ['QUEUED', undefined, undefined],
    ['STARTED', undefined, 'started'],
    ['COMPLETED', 'SUCCESS', 'succeeded'],
    ['FINALIZED', 'SUCCESS', 'succeeded'],
    ['FINALIZED', 'UNSTABLE', 'succeeded'],
    ['FINALIZED', 'FAILURE', 'failed'],
    ['FINALIZED', 'ABORTED', 'cancelled'],
    ['FINALIZED', 'NOT_BUILT', 'cancelled'],
    ['FINALIZED', undefined, undefined],
    ['NONE', 'SUCCESS', undefined],
  ])('in the phase %s with the status %s is %s', (phase, status, expected) => {
    expect(eventsOf(job(phase, ended, { status }))[0]?.statement.phase).toBe(expected);
  });

  it('is one change, over when it is finalized', () => {
    const [completed] = eventsOf(job('COMPLETED', ended, success));
    const [finalized] = eventsOf(job('FINALIZED', ended + 1200, success));
    const events = [finalized, completed, ...eventsOf(job('STARTED', started))].filter((event) => event !== undefined);

    expect(finalized?.identities).toEqual(completed?.identities);
    for (const order of [events, events.toReversed()]) {
      expect(foldChange(order, catalog, null)).toMatchObject({
        title: `deploy checkout ${sha.slice(0, 7)} to production`,
        status: 'succeeded',
        branch: 'main',
        occurredAt: new Date(started),
        finishedAt: new Date(ended + 1200),
      });
    }
  });

  it('began when its end and its duration say', () => {
    expect(eventsOf(job('COMPLETED', ended, success))[0]?.statement.startedAt).toBe('2026-11-20T14:10:00.500Z');
  });

  it.each([
    ['the time as older plugins write it', '2026-11-20T14:10:00.500+00:00', '2026-11-20T14:10:00.500Z', 'source'],
    ['no time', 0, '2026-11-20T14:20:00.000Z', 'received'],
  ])('has %s', (_, timestamp, occurredAt, clock) => {
    expect(eventsOf(job('STARTED', timestamp))[0]?.statement).toMatchObject({ occurredAt, clock });
  });

  it.each([
    ['job/deploy-production/', 'deploy-production'],
    ['job/deploys/job/prod/job/checkout/', 'deploys/prod/checkout'],
    ['job/deploy-prod/job/main/', 'deploy-prod'],
    ['job/checkout/', undefined],
  ])('is told by the job and its folders: %s', (path, told) => {
    expect(eventsOf(job('STARTED', started, {}, path))[0]?.statement.details?.['job']).toBe(told);
  });

  it('is not told by the branch of a job that has one for each', () => {
    const body = job(
      'STARTED',
      started,
      { scm: { ...scm, branch: 'release/prod' } },
      'job/checkout/job/release%252Fprod/',
    );

    expect(read(body).outcome).toBe('ignored');
  });

  it.each([
    [{ ENVIRONMENT: 'staging', VERSION: 'v1.42.0' }, 'staging', 'v1.42.0', undefined],
    [{ TARGET_ENV: 'blue' }, 'production', sha.slice(0, 7), undefined],
    [{ Service: 'ledger' }, 'production', sha.slice(0, 7), 'ledger'],
    [null, 'production', sha.slice(0, 7), undefined],
  ])('goes where its parameters %j say', (parameters, environment, to, service) => {
    const [event] = eventsOf(job('STARTED', started, { parameters }));

    expect(event?.statement).toMatchObject({ environmentName: environment, to });
    expect(event?.statement.serviceName).toBe(service);
  });

  it('keeps no secret of its parameters', () => {
    const told = JSON.stringify(
      read(job('STARTED', started, { parameters: { DB_PASSWORD: 'hunter2-of-ours', REGION: 'eu' } })),
    );

    expect(told).not.toContain('hunter2');
    expect(told).toContain('"REGION":"eu"');
  });

  it('of no repository is told by its job', () => {
    const [event] = eventsOf(job('STARTED', started, { scm: {} }));

    expect(event?.statement.title).toBe('deploy by the job deploy-production');
  });
});

import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { buildkite } from './buildkite.ts';
import { concealWith } from './reading/conceal.ts';
import { openSource } from './reading/open.ts';
import type { Parsed } from './reading/source.ts';

const environments = new Map([
  ['production', 'production'],
  ['prod', 'production'],
]);
const catalog: Catalog = { environments, services: [], configPaths: [] };
const receivedAt = new Date('2026-11-20T14:20:00Z');
const sha = 'b'.repeat(40);

function read(body: object, headers: Readonly<Record<string, string>> = {}): Parsed {
  return readSource(buildkite, body, { headers, catalog, receivedAt });
}

function eventsOf(body: object): readonly TimelineEvent[] {
  const parsed = read(body);
  return parsed.outcome === 'events' ? parsed.events : [];
}

const pipeline = { name: 'Deploy to prod', slug: 'deploy-to-prod', repository: 'git@github.com:Acme/Checkout.git' };

function build(event: string, state: string, more: object = {}, of: object = pipeline) {
  const told = {
    id: 'b-1',
    number: 42,
    state,
    blocked: false,
    commit: sha,
    branch: 'main',
    web_url: 'https://buildkite.com/acme/deploy-to-prod/builds/42',
    creator: { name: 'Ada Lind', email: 'ada@example.com' },
    created_at: '2026-11-20 14:09:50 UTC',
    started_at: '2026-11-20 14:10:00 UTC',
    finished_at: null,
    ...more,
  };
  return { event, build: told, pipeline: of, sender: { name: 'Grace' } };
}

const finished = { finished_at: '2026-11-20 14:12:45 UTC' };

describe('the envelope', () => {
  const opened = openSource(buildkite, { secrets: ['the-secret'], catalog, conceal: concealWith('a-key') });
  const body = Buffer.from(JSON.stringify({ event: 'ping' }));
  const signed = (at: number) => {
    const signature = createHmac('sha256', 'the-secret').update(`${at}.`).update(body).digest('hex');
    return { 'x-buildkite-signature': `timestamp=${at},signature=${signature}` };
  };
  const now = receivedAt.getTime() / 1000;

  it.each([
    ['its signature', signed(now), true],
    ['its token', { 'x-buildkite-token': 'the-secret' }, true],
    ['a signature of yesterday', signed(now - 86_400), false],
    ['another token', { 'x-buildkite-token': 'another' }, false],
  ])('is proved by %s', (_, headers, proved) => {
    expect(opened.verify({ headers, body, receivedAt })).toBe(proved);
  });

  it.each([
    ['a ping', { event: 'ping' }, { outcome: 'ping' }],
    ['a job', { event: 'job.finished', build: {}, pipeline }, { outcome: 'ignored' }],
    ['an agent', { event: 'agent.connected' }, { outcome: 'ignored' }],
    ['a build of next year', build('build.of_next_year', 'dreaming'), { outcome: 'ignored' }],
    ['a build without a pipeline', { event: 'build.finished', build: {} }, { outcome: 'ignored' }],
    [
      'a deploy without a build',
      { event: 'build.finished', pipeline },
      { outcome: 'malformed', notWhatItSends: false },
    ],
    ['no event', { build: {} }, { outcome: 'malformed', notWhatItSends: true }],
    ['a list', [], { outcome: 'malformed', notWhatItSends: true }],
  ])('with %s', (_, told, outcome) => {
    expect(read(told)).toMatchObject(outcome);
  });

  it('may name its event in a header', () => {
    expect(read({}, { 'x-buildkite-event': 'ping' })).toEqual({ outcome: 'ping' });
  });
});

describe('a deploy', () => {
  it.each([
    ['build.running', 'running', {}, 'started', '2026-11-20T14:10:00.000Z'],
    ['build.failing', 'failing', {}, 'started', '2026-11-20T14:10:00.000Z'],
    ['build.finished', 'passed', finished, 'succeeded', '2026-11-20T14:12:45.000Z'],
    ['build.finished', 'failed', finished, 'failed', '2026-11-20T14:12:45.000Z'],
    ['build.finished', 'canceled', finished, 'cancelled', '2026-11-20T14:12:45.000Z'],
    ['build.running', 'passed', finished, 'succeeded', '2026-11-20T14:12:45.000Z'],
    ['build.finished', 'passed', { ...finished, blocked: true }, 'mentioned', '2026-11-20T14:10:00.000Z'],
    ['build.finished', 'blocked', finished, 'mentioned', '2026-11-20T14:10:00.000Z'],
    ['build.scheduled', 'scheduled', {}, undefined, undefined],
    ['build.skipped', 'skipped', {}, undefined, undefined],
  ])('by %s of a build that is %s %o is %s', (event, state, more, phase, occurredAt) => {
    const [statement] = eventsOf(build(event, state, more)).map((each) => each.statement);

    expect(statement?.phase).toBe(phase);
    expect(statement?.occurredAt).toBe(occurredAt);
  });

  it('is one change, in any order, and says whose it is', () => {
    const events = [
      ...eventsOf(build('build.finished', 'passed', finished)),
      ...eventsOf(build('build.finished', 'passed', { ...finished, blocked: true })),
      ...eventsOf(build('build.running', 'running')),
    ];

    for (const order of [events, events.toReversed()]) {
      expect(foldChange(order, catalog, null)).toMatchObject({
        title: `deploy checkout ${sha.slice(0, 7)} to production`,
        status: 'succeeded',
        actor: { name: 'Ada Lind', email: 'ada@example.com' },
        occurredAt: new Date('2026-11-20T14:10:00Z'),
        finishedAt: new Date('2026-11-20T14:12:45Z'),
      });
    }
  });

  it('ends again when a job of it is tried again', () => {
    const key = (more: object) => eventsOf(build('build.finished', 'failed', more))[0]?.statement.key;

    expect(key(finished)).toBe(key(finished));
    expect(key({ finished_at: '2026-11-20 14:18:00 UTC' })).not.toBe(key(finished));
  });

  it.each([
    ['the name', { name: 'Checkout rollback prod', slug: 'x' }, 'rollback'],
    ['the slug', { name: ':rocket:', slug: 'checkout-deploy-prod' }, 'deploy'],
    ['neither', { name: 'Checkout', slug: 'checkout' }, undefined],
  ])('is told by %s of its pipeline', (_, of, kind) => {
    expect(eventsOf(build('build.running', 'running', {}, { ...pipeline, ...of }))[0]?.statement.kind).toBe(kind);
  });

  it.each([
    ['a tag', { tag: 'v1.42.0' }, { to: 'v1.42.0', commit: sha }],
    ['a branch', {}, { to: sha.slice(0, 7), branch: 'main' }],
    ['whoever wrote it', { creator: null, author: { username: 'grace' } }, { actor: { login: 'grace' } }],
    ['when we heard of it', { started_at: null, created_at: null }, { clock: 'received' }],
  ])('knows %s', (_, more, known) => {
    expect(eventsOf(build('build.running', 'running', more))[0]?.statement).toMatchObject(known);
  });

  it('of no commit in particular, and of no repository', () => {
    const [event] = eventsOf(build('build.running', 'running', { commit: 'HEAD' }, { ...pipeline, repository: null }));

    expect(event?.statement.commit).toBeUndefined();
    expect(event?.statement.title).toBe('deploy by the pipeline Deploy to prod');
  });
});

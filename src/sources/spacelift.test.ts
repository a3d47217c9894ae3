import { describe, expect, it } from 'vitest';
import { emptyCatalog, readDelivery, readSource } from '../../test/read-source.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { spacelift } from './spacelift.ts';

const catalog = { ...emptyCatalog, environments: new Map([['prod', 'production']]) };

function body(state: string, stateVersion: number, run: object = {}, more: object = {}) {
  return {
    account: 'acme',
    state,
    stateVersion,
    timestamp: 1_795_182_300,
    run: {
      id: '01KA',
      type: 'TRACKED',
      branch: 'main',
      commit: {
        authorLogin: 'ada',
        hash: 'c3'.repeat(20),
        message: 'Add two queue workers',
        url: `https://gitlab.example.com/acme/infrastructure/-/commit/${'c3'.repeat(20)}`,
      },
      delta: { added: 2, changed: 0, deleted: 1, resources: 41 },
      triggeredBy: 'grace@example.com',
      ...run,
    },
    stack: { id: 'network-prod', name: 'Network', labels: [] },
    ...more,
  };
}

function eventsOf(sent: unknown): readonly TimelineEvent[] {
  const parsed = readSource(spacelift, sent, { catalog });
  return parsed.outcome === 'events' ? parsed.events : [];
}

describe('a run', () => {
  it.each([
    ['QUEUED', 'mentioned'],
    ['UNCONFIRMED', 'mentioned'],
    ['CONFIRMED', 'mentioned'],
    ['A_STATE_TO_COME', 'mentioned'],
    ['APPLYING', 'started'],
    ['DESTROYING', 'started'],
    ['PERFORMING', 'started'],
    ['FINISHED', 'succeeded'],
    ['FAILED', 'failed'],
    ['STOPPED', 'cancelled'],
    ['CANCELED', 'cancelled'],
    ['DISCARDED', 'cancelled'],
  ])('that is %s is %s', (state, phase) => {
    expect(eventsOf(body(state, 3)).map(({ statement }) => statement.phase)).toEqual([phase]);
  });

  it('is one change in the order of its states, also of those of one second', () => {
    const events = [
      ...eventsOf(body('FAILED', 10)),
      ...eventsOf(body('FINISHED', 9)),
      ...eventsOf(body('APPLYING', 8)),
    ];

    expect(foldChange(events, catalog, null)).toMatchObject({
      kind: 'infrastructure',
      status: 'failed',
      environment: 'production',
      services: ['network'],
      repository: 'acme/infrastructure',
      commit: 'c3'.repeat(20),
      actor: { email: 'grace@example.com' },
      reason: 'Add two queue workers',
    });
  });

  it('says what it did when it is over', () => {
    expect(eventsOf(body('FINISHED', 9))[0]?.statement.title).toBe('spacelift apply Network: 2 added, 1 destroyed');
    expect(eventsOf(body('FINISHED', 9, { delta: { added: 0 } }))[0]?.statement.title).toBe(
      'spacelift apply Network: no resources',
    );
  });

  it.each([
    ['TASK', 'maintenance', 'spacelift task Network'],
    ['DESTROY', 'infrastructure', 'spacelift destroy Network: 2 added, 1 destroyed'],
  ])('of the type %s is %s', (type, kind, title) => {
    expect(eventsOf(body('FINISHED', 5, { type }))[0]?.statement).toMatchObject({ kind, title });
  });

  it.each(['PROPOSED', 'TESTING', 'PARSING'])('of the type %s is ignored', (type) => {
    expect(readSource(spacelift, body('FINISHED', 5, { type })).outcome).toBe('ignored');
  });

  it('is where its stack’s labels say, before its name', () => {
    const stack = { id: 'network-prod', labels: ['env:blue', 'service:edge'] };

    expect(eventsOf(body('FINISHED', 5, {}, { stack }))[0]?.statement).toMatchObject({
      environmentName: 'blue',
      serviceName: 'edge',
    });
  });

  it('is the same when a notification policy sends its input, of which no attributes are kept', () => {
    const run = {
      id: '01KA',
      type: 'TRACKED',
      triggered_by: 'grace',
      updated_at: 1_795_182_300_000_000_000,
      changes: [{ entity: { data: 'invented' } }],
      runtime_config: { environment: { KEY: 'invented' } },
    };
    const stack = { id: 'network-prod', name: 'Network' };
    const input = {
      run_updated: { state: 'FINISHED', run, stack, urls: { run: 'https://acme.app.spacelift.io/run?x=1' } },
    };
    const { parsed, body: kept } = readDelivery(spacelift, input);

    expect(kept.toString()).not.toContain('invented');
    expect(parsed).toMatchObject({
      events: [
        {
          statement: { phase: 'succeeded', occurredAt: '2026-11-20T13:45:00.000Z', actor: { login: 'grace' } },
          identities: [{ type: 'run', value: 'spacelift:01KA' }],
          mentions: [{ type: 'run', value: 'https://acme.app.spacelift.io/run' }],
        },
      ],
    });
  });
});

describe('drift', () => {
  const looked = { type: 'PROPOSED', drift_detection: true };

  it('is what a look for it found, once a day', () => {
    const [first] = eventsOf(body('FINISHED', 4, looked));
    const [again] = eventsOf(body('FINISHED', 4, { ...looked, id: '01KB' }));

    expect(first?.statement).toMatchObject({
      kind: 'drift',
      title: 'spacelift found drift in Network: 2 added, 1 destroyed',
    });
    expect(again?.identities).toEqual(first?.identities);
    expect(again?.statement.key).not.toBe(first?.statement.key);
  });

  it.each([
    ['found none', body('FINISHED', 4, { ...looked, delta: { added: 0, changed: 0, deleted: 0 } })],
    ['is not over', body('PLANNING', 3, looked)],
    ['failed', body('FAILED', 3, looked)],
  ])('is nothing when the look for it %s', (_, sent) => {
    expect(readSource(spacelift, sent).outcome).toBe('ignored');
  });

  it('is undone by a run of its own', () => {
    expect(eventsOf(body('APPLYING', 8, { drift_detection: true }))[0]?.statement).toMatchObject({
      kind: 'infrastructure',
      title: 'spacelift apply Network (undoes drift)',
    });
  });
});

describe('anything else', () => {
  it.each([
    ['trouble of Spacelift', { title: 'x', severity: 'ERROR', account: 'acme' }, { outcome: 'ignored' }],
    ['a version of a module', { module_version: {} }, { outcome: 'ignored' }],
    ['a run without its id', body('FINISHED', 1, { id: 7 }), { outcome: 'malformed', notWhatItSends: false }],
    ['a body of another sender', { state: 'FINISHED' }, { outcome: 'malformed', notWhatItSends: true }],
  ])('%s', (_, sent, expected) => {
    expect(readSource(spacelift, sent)).toMatchObject(expected);
  });
});

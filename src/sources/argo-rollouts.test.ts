import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { argoRollouts } from './argo-rollouts.ts';

const catalog: Catalog = { environments: new Map([['prod', 'production']]), services: [], configPaths: [] };

function rollout(more: { metadata?: object; spec?: object; status?: object } = {}) {
  return {
    metadata: {
      name: 'checkout',
      namespace: 'shop-prod',
      uid: 'u-1',
      annotations: { 'rollout.argoproj.io/revision': '42' },
      ...more.metadata,
    },
    spec: {
      strategy: { canary: { steps: [{}, {}, {}] } },
      template: { spec: { containers: [{ image: 'acme/checkout:v1.42.0' }, { image: 'envoy:v1.32.0' }] } },
      ...more.spec,
    },
    status: { currentStepIndex: 1, ...more.status },
  };
}

function body(trigger: string, at: string, more: object = {}) {
  return { trigger, at: `2026-11-20T${at}Z`, rollout: rollout(more) };
}

function read(sent: unknown) {
  return readSource(argoRollouts, sent, { catalog });
}

function eventOf(sent: unknown): TimelineEvent {
  const parsed = read(sent);
  const [event] = parsed.outcome === 'events' ? parsed.events : [];
  if (event === undefined) throw new Error(JSON.stringify(parsed));
  return event;
}

describe('the body', () => {
  it.each([
    ['our template’s', body('on-rollout-updated', '14:00:00')],
    ['a Rollout', rollout({ status: { phase: 'Progressing' } })],
    ['a Rollout as `rollout`', { rollout: rollout({ status: { phase: 'Progressing' } }) }],
  ])('may be %s', (_, sent) => {
    expect(eventOf(sent).statement).toMatchObject({ kind: 'deploy', phase: 'started', serviceName: 'checkout' });
  });

  it.each([
    ['something else', { rollout: 'checkout' }, true],
    ['a list', [], true],
    ['a Rollout without a revision', rollout({ metadata: { annotations: {} }, status: { phase: 'Healthy' } }), false],
    ['a Rollout without a name', body('on-rollout-updated', '14:00:00', { metadata: { name: ' ' } }), false],
  ])('is malformed when it is %s', (_, sent, notWhatItSends) => {
    expect(read(sent)).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });

  it.each([['on-scaling-replica-set'], ['on-analysis-run-running'], ['on-purple']])('of %s is ignored', (trigger) => {
    expect(read(body(trigger, '14:00:00'))).toEqual({ outcome: 'ignored', reason: `${trigger} is not tracked` });
  });
});

describe('a revision', () => {
  it.each([
    ['on-rollout-updated', 'started', { images: ['acme/checkout:v1.42.0', 'envoy:v1.32.0'] }],
    ['on-rollout-step-completed', 'started', { course: 'in steps', steps: '2 of 3 done' }],
    ['on-rollout-paused', 'started', { course: 'paused' }],
    ['on-rollout-resumed', 'started', { course: 'resumed' }],
    ['on-rollout-aborted', 'failed', { course: 'aborted' }],
    ['on-rollout-completed', 'succeeded', { course: 'completed' }],
    ['on-analysis-run-failed', 'mentioned', { course: 'an analysis failed' }],
    ['on-analysis-run-error', 'mentioned', { course: 'an analysis ended in an error' }],
  ])('of which %s is told is %s', (trigger, phase, details) => {
    expect(eventOf(body(trigger, '14:00:00')).statement).toMatchObject({
      phase,
      occurredAt: '2026-11-20T14:00:00.000Z',
      clock: 'source',
      details,
    });
  });

  it.each([
    [{ phase: 'Healthy' }, 'succeeded'],
    [{ phase: 'Paused' }, 'started'],
    [{ phase: 'Progressing' }, 'started'],
    [{ phase: 'Degraded', abort: true }, 'failed'],
    [{ phase: 'Degraded', abortedAt: '2026-11-20T14:04:00Z' }, 'failed'],
    [{ phase: 'Degraded' }, undefined],
    [{}, undefined],
  ])('in the state %o alone is %s', (status, phase) => {
    const parsed = read(rollout({ status }));

    expect(parsed.outcome === 'events' ? parsed.events[0]?.statement.phase : undefined).toBe(phase);
  });

  it('is one deploy whatever the order of its events', () => {
    const events = [
      eventOf(body('on-rollout-updated', '14:00:00')),
      eventOf(body('on-rollout-paused', '14:02:00')),
      eventOf(body('on-analysis-run-failed', '14:03:00')),
      eventOf(body('on-rollout-completed', '14:20:00')),
    ];

    expect(new Set(events.map(({ identities }) => identities[0]?.value)).size).toBe(1);
    for (const order of [events, events.toReversed()]) {
      expect(foldChange(order, catalog, null)).toMatchObject({
        title: 'deploy checkout v1.42.0 to production',
        status: 'succeeded',
        occurredAt: new Date('2026-11-20T14:00:00Z'),
        finishedAt: new Date('2026-11-20T14:20:00Z'),
      });
    }
  });

  it('is another deploy than the next, and than that of another Rollout', () => {
    const others = [
      body('on-rollout-updated', '14:00:00', { metadata: { annotations: { 'rollout.argoproj.io/revision': '43' } } }),
      body('on-rollout-updated', '14:00:00', { metadata: { uid: 'u-2' } }),
    ];

    for (const other of others) {
      expect(eventOf(other).identities).not.toEqual(eventOf(body('on-rollout-updated', '14:00:00')).identities);
    }
  });

  it('aborted twice is two statements, and one delivered twice is one', () => {
    const keys = ['14:04:00', '14:09:00', '14:09:00'].map(
      (at) => eventOf(body('on-rollout-aborted', at)).statement.key,
    );

    expect(new Set(keys).size).toBe(2);
    expect(keys).not.toContain(eventOf(body('on-analysis-run-failed', '14:04:00')).statement.key);
  });

  it('without a time is dated by its state, else by its arrival', () => {
    const conditions = [{ type: 'Progressing', status: 'True', lastUpdateTime: '2026-11-20T13:05:00Z' }];

    expect(eventOf(rollout({ status: { phase: 'Healthy', conditions } })).statement).toMatchObject({
      occurredAt: '2026-11-20T13:05:00.000Z',
      clock: 'source',
    });
    expect(eventOf(rollout({ status: { phase: 'Healthy' } })).statement.clock).toBe('received');
  });

  it('mentions its images by digest', () => {
    const digest = `sha256:${'c0'.repeat(32)}`;
    const template = { spec: { containers: [{ image: `acme/shop:v2@${digest}` }] } };

    expect(eventOf(body('on-rollout-updated', '14:00:00', { spec: { template } }))).toMatchObject({
      statement: { to: 'v2' },
      mentions: [{ type: 'image', value: digest }],
    });
  });
});

it('never throws, whatever a Rollout holds', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 4 }), fc.object({ maxDepth: 4 }), fc.anything(), (spec, status, at) => {
      const sent = { at, trigger: 'on-rollout-updated', rollout: { metadata: rollout().metadata, spec, status } };

      expect(() => read(JSON.parse(JSON.stringify(sent)))).not.toThrow();
    }),
  );
});

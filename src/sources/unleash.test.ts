import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import { unleash } from './unleash.ts';

const event = {
  id: 4102,
  type: 'feature-strategy-update',
  createdBy: 'ada@example.com',
  createdAt: '2026-11-20T14:05:00.311Z',
  featureName: 'new-checkout',
  project: 'payments',
  environment: 'production',
};

const rollout = (percent: string | number, more: object = {}) => ({
  id: 's1',
  name: 'flexibleRollout',
  constraints: [],
  parameters: { rollout: percent, stickiness: 'default', groupId: 'new-checkout' },
  ...more,
});

function statementOf(body: object) {
  const parsed = readSource(unleash, { ...event, ...body });
  return parsed.outcome === 'events' ? parsed.events[0]?.statement : undefined;
}

describe('what an event is called', () => {
  it.each<[string, object]>([
    ['new-checkout: turned on', { type: 'feature-environment-enabled', data: { enabled: true } }],
    ['new-checkout: turned off', { type: 'feature-environment-disabled' }],
    ['new-checkout: rollout 20 % → 50 %', { preData: rollout('20'), data: rollout(50) }],
    ['new-checkout: rollout 100 % → 0 %', { preData: rollout('100'), data: rollout('0') }],
    [
      'new-checkout: strategy “Beta”: turned off',
      { preData: rollout('20', { title: 'Beta' }), data: rollout('20', { title: 'Beta', disabled: true }) },
    ],
    [
      'new-checkout: now for appVersion ≥ 2.1.0 and in segment 7',
      {
        preData: rollout('20'),
        data: rollout('20', {
          constraints: [{ contextName: 'appVersion', operator: 'SEMVER_GTE', value: '2.1.0', values: [] }],
          segments: [7],
        }),
      },
    ],
    [
      'new-checkout: stickiness default → userId',
      { preData: rollout('20'), data: { ...rollout('20'), parameters: { rollout: '20', stickiness: 'userId' } } },
    ],
    [
      'new-checkout: variants blue 50 %, green 50 % → blue 80 %, green 20 %',
      {
        preData: rollout('20', {
          variants: [
            { name: 'blue', weight: 500 },
            { name: 'green', weight: 500 },
          ],
        }),
        data: rollout('20', {
          variants: [
            { name: 'blue', weight: 800 },
            { name: 'green', weight: 200 },
          ],
        }),
      },
    ],
    [
      'new-checkout: strategy “userWithId”: users 1 → 3',
      {
        preData: { id: 's1', name: 'userWithId', parameters: { userIds: 'ada' } },
        data: { id: 's1', name: 'userWithId', parameters: { userIds: 'ada, grace, 7' } },
      },
    ],
    ['new-checkout: strategy changed', { preData: rollout('20'), data: rollout('20', { sortOrder: 3 }) }],
    [
      'new-checkout: strategy added (rollout 100 %)',
      { type: 'feature-strategy-add', data: { id: 's1', name: 'default' } },
    ],
    ['new-checkout: strategy added', { type: 'feature-strategy-add', data: 'unreadable' }],
    ['new-checkout: strategy removed (rollout 20 %)', { type: 'feature-strategy-remove', preData: rollout('20') }],
    [
      'new-checkout: variation blue #00f → #0ff',
      {
        type: 'feature-variants-updated',
        preData: { variants: [{ name: 'blue', weight: 1000, payload: { value: '#00f' } }] },
        data: { variants: [{ name: 'blue', weight: 1000, payload: { value: '#0ff' } }] },
      },
    ],
    [
      'new-checkout: moved from project payments to ledger',
      { type: 'feature-project-change', data: { oldProject: 'payments', newProject: 'ledger' } },
    ],
    [
      'new-checkout: prerequisite ledger-v2 added',
      { type: 'feature-dependency-added', data: { feature: 'ledger-v2' } },
    ],
    [
      'new-checkout: milestone “Half” started',
      { type: 'release-plan-milestone-started', data: { milestoneName: 'Half' } },
    ],
    ['old-style: created', { type: 'feature-created', featureName: undefined, data: { name: 'old-style' } }],
    ['segment beta: deleted', { type: 'segment-deleted', featureName: undefined, preData: { name: 'beta' } }],
    [
      'change request 12: could not be applied as scheduled',
      { type: 'change-request-scheduled-application-failure', data: { changeRequestId: 12 } },
    ],
    ['environment production: removed from project payments', { type: 'project-environment-removed' }],
  ])('“%s”', (title, body) => {
    expect(statementOf(body)?.title).toBe(title);
  });
});

describe('what is no change', () => {
  it.each([
    'feature-tagged',
    'feature-stale-on',
    'feature-metadata-updated',
    'change-request-created',
    'change-request-applied',
    'user-created',
    'addon-config-updated',
    'what-unleash-has-yet-to-invent',
    'constructor',
  ])('%s', (type) => {
    expect(readSource(unleash, { ...event, type }).outcome).toBe('ignored');
  });

  it.each([[[]], ['text'], [{}], [{ type: 'feature-created' }], [{ event: 'feature-created', id: 1 }]])(
    '%j is nothing that Unleash sends',
    (body) => {
      expect(readSource(unleash, JSON.stringify(body))).toMatchObject({ outcome: 'malformed', notWhatItSends: true });
    },
  );
});

describe('who, where and when', () => {
  it('takes an address for an address and a name for a login', () => {
    expect(statementOf({})?.actor).toEqual({ email: 'ada@example.com' });
    expect(statementOf({ createdBy: 'ada' })?.actor).toEqual({ login: 'ada' });
    expect(statementOf({ createdBy: undefined })).not.toHaveProperty('actor');
  });

  it('takes the environment of a token from its data, unless it is for all', () => {
    const token = (environment: string) =>
      statementOf({ type: 'api-token-deleted', environment: undefined, preData: { environment } });

    expect(token('production')?.environmentName).toBe('production');
    expect(token('*')).not.toHaveProperty('environmentName');
  });

  it('tells two instances of Unleash apart that number their events alike', () => {
    const other = { ...event, createdAt: '2026-11-20T14:05:00.999Z' };

    expect(readDelivery(unleash, event).key).not.toBe(readDelivery(unleash, other).key);
    expect(statementOf(event)?.key).not.toBe(statementOf(other)?.key);
  });

  it('says when it came where no time is told', () => {
    expect(statementOf({ createdAt: undefined })).toMatchObject({
      clock: 'received',
      occurredAt: '2026-11-20T15:00:00.000Z',
    });
    expect(readSource(unleash, { ...event, createdAt: 'soon' })).toMatchObject({
      outcome: 'malformed',
      notWhatItSends: false,
    });
  });
});

it('survives values nested deeper than anybody nests', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const body = JSON.stringify({ ...event, data: rollout('@'), preData: rollout('20') });

  expect(readSource(unleash, body.replace('"@"', deep)).outcome).toBe('events');
});

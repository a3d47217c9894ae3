import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import { flagsmith } from './flagsmith.ts';

const state = (more: object = {}) => ({
  enabled: true,
  environment: { id: 23, name: 'Production' },
  feature: { id: 71, name: 'new_checkout', project: { id: 12, name: 'Acme' } },
  feature_segment: null,
  feature_state_value: null,
  identity: null,
  identity_identifier: null,
  ...more,
});
const timestamp = '2026-11-20T14:05:00.595298Z';
const data = { changed_by: 'ada@example.com', timestamp, previous_state: state(), new_state: state() };

function read(change: object, type = 'FLAG_UPDATED') {
  return readSource(flagsmith, { data: { ...data, ...change }, event_type: type });
}

function statementOf(change: object, type?: string) {
  const parsed = read(change, type);
  return parsed.outcome === 'events' ? parsed.events[0]?.statement : undefined;
}

const shares = (percent: number) => [
  { percentage_allocation: percent, multivariate_feature_option: { id: 1, value: 'blue' } },
];

describe('what a change of a flag is called', () => {
  it.each<[string, object, string?]>([
    ['new_checkout: turned off', { new_state: state({ enabled: false }) }],
    [
      'new_checkout: value 10 → 25',
      { previous_state: state({ feature_state_value: 10 }), new_state: state({ feature_state_value: '25' }) },
    ],
    ['new_checkout: value (empty) → true', { new_state: state({ feature_state_value: true }) }],
    [
      'new_checkout: rollout control 80 %, blue 20 % → control 50 %, blue 50 %',
      {
        previous_state: state({ multivariate_feature_state_values: shares(20) }),
        new_state: state({ multivariate_feature_state_values: shares(50) }),
      },
    ],
    ['new_checkout: changed', {}],
    ['new_checkout: now on', { previous_state: undefined }],
    [
      'new_checkout: for segment beta: turned off',
      {
        previous_state: state({ feature_segment: { segment: { name: 'beta' } } }),
        new_state: state({ enabled: false, feature_segment: { segment: { name: 'beta' } } }),
      },
    ],
    [
      'new_checkout: for one identity: now off',
      { previous_state: null, new_state: state({ enabled: false, identity: 7, identity_identifier: 'grace' }) },
    ],
    ['new_checkout: deleted', { new_state: null }, 'FLAG_DELETED'],
    [
      'new_checkout: for segment beta: override removed',
      { new_state: null, previous_state: state({ feature_segment: { segment: { name: 'beta' } } }) },
      'FLAG_DELETED',
    ],
  ])('“%s”', (title, change, type) => {
    expect(statementOf(change, type)?.title).toBe(title);
  });

  it('takes environments as older versions number them', () => {
    expect(statementOf({ new_state: state({ environment: 4053 }) })?.environmentName).toBe('4053');
  });
});

describe('what makes two deliveries the same', () => {
  it('is all that they say, for Flagsmith numbers nothing', () => {
    const other = { new_state: state({ enabled: false }) };

    expect(statementOf({})?.key).toBe(statementOf({})?.key);
    expect(statementOf(other)?.key).not.toBe(statementOf({})?.key);
    expect(statementOf({ timestamp: '2026-11-20T14:05:01Z' })?.key).not.toBe(statementOf({})?.key);
    for (const identity of ['ada', 'grace']) {
      const override = { new_state: state({ identity: 7, identity_identifier: identity }) };
      expect(JSON.stringify(statementOf(override))).not.toContain(`"${identity}"`);
    }
    expect(statementOf({ new_state: state({ identity_identifier: 'ada' }) })?.key).not.toBe(
      statementOf({ new_state: state({ identity_identifier: 'grace' }) })?.key,
    );
  });

  it('is that they come at once where no time is told', () => {
    expect(statementOf({ timestamp: '' })).toMatchObject({ clock: 'received', occurredAt: '2026-11-20T15:00:00.000Z' });
  });
});

describe('the audit log', () => {
  const entry = {
    created_date: timestamp,
    log: 'Environment updated: Production',
    author: { email: 'grace@example.com', first_name: 'Grace', last_name: 'Moreno' },
    environment: { name: 'Production' },
    related_object_type: 'ENVIRONMENT',
  };
  const about = (log: string, related_object_type: string) => ({ ...entry, log, related_object_type });
  const parsed = (body: object) => readSource(flagsmith, { event_type: 'AUDIT_LOG_CREATED', data: body });

  it.each([
    ['environment Production: changed', 'config', entry],
    ['new_checkout: created', 'flag', about('New Flag / Remote Config created: new_checkout', 'FEATURE')],
    ['new_checkout: deleted', 'flag', about('Flag / Remote Config Deleted: new_checkout', 'FEATURE')],
    ['segment beta: changed', 'flag', about('Segment updated: beta', 'Segment')],
    ['What nobody has read before', 'flag', about('What nobody has read before', 'SEGMENT')],
  ])('tells “%s”', (title, kind, body) => {
    expect(parsed(body)).toMatchObject({ events: [{ statement: { title, kind } }] });
    expect(readSource(flagsmith, body)).toEqual(parsed(body));
  });

  it('leaves the state of flags to FLAG_UPDATED, unless nothing else tells of it', () => {
    const body = about('Flag state / Remote Config value updated for feature: new_checkout', 'FEATURE_STATE');

    expect(parsed(body).outcome).toBe('ignored');
    expect(readSource(flagsmith, body)).toMatchObject({
      events: [{ statement: { title: 'new_checkout: state or value changed' } }],
    });
  });

  it.each(['CHANGE_REQUEST', 'FEATURE_HEALTH', 'GRANT', 'constructor'])('ignores %s', (type) => {
    expect(parsed(about('Something', type)).outcome).toBe('ignored');
  });
});

describe('what is no change', () => {
  it.each(['NEW_VERSION_PUBLISHED', 'WHAT_IS_YET_TO_COME'])('%s', (type) => {
    expect(read({}, type).outcome).toBe('ignored');
  });

  it.each([
    ['text', true],
    [{}, true],
    [{ flags: [], identity: {}, traits: [], segments: [] }, true],
    [{ event_type: 'FLAG_UPDATED', data: {} }, false],
    [{ event_type: 'FLAG_DELETED', data: { new_state: null } }, false],
  ])('%j is malformed', (body, notWhatItSends) => {
    expect(readSource(flagsmith, JSON.stringify(body))).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });
});

it('keeps no value of a flag whose name says that it is secret', () => {
  const secret = state({
    feature: { name: 'payment_api_key', initial_value: 'the-first' },
    feature_state_value: 'the-next',
  });
  const body = { event_type: 'FLAG_UPDATED', data: { ...data, new_state: secret, previous_state: secret } };

  expect(readDelivery(flagsmith, body).body.toString()).not.toMatch(/the-first|the-next/);
});

it('survives values nested deeper than anybody nests', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const secret = state({ feature: { name: 'payment_api_key' }, identity: '@', feature_state_value: '@' });
  const body = JSON.stringify({ event_type: 'FLAG_UPDATED', data: { ...data, new_state: secret } });

  expect(readSource(flagsmith, body.replaceAll('"@"', deep)).outcome).toBe('events');
});

const samples = new URL('../../../shared/samples/flagsmith/', import.meta.url);

it.runIf(existsSync(samples))('reads every sample there is', () => {
  for (const file of readdirSync(samples)) {
    expect(readSource(flagsmith, readFileSync(new URL(file, samples), 'utf8')).outcome).toBe('events');
  }
});

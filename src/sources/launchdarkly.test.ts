import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import { launchdarkly } from './launchdarkly.ts';

const production = 'proj/acme:env/production:flag/new-checkout';

const entry = {
  _id: '6b0000000000000000000001',
  date: Date.parse('2026-11-20T14:05:00.000Z'),
  kind: 'flag',
  name: 'New checkout',
  description: '',
  titleVerb: 'updated the flag',
  accesses: [{ action: 'updateRules', resource: production }],
};

const flag = (environment: object, more: object = {}) => ({
  variations: [{ value: true }, { value: false }],
  environments: { production: environment },
  ...more,
});

function eventsOf(body: object) {
  const parsed = readSource(launchdarkly, { ...entry, ...body });
  return parsed.outcome === 'events' ? parsed.events : [];
}

function titleOf(body: object) {
  return eventsOf(body)[0]?.statement.title;
}

describe('what a change of a flag is called', () => {
  it.each<[string, object]>([
    [
      'new-checkout: turned on',
      { previousVersion: flag({ on: false }), currentVersion: flag({ on: true }), description: '- Something' },
    ],
    [
      'new-checkout: default variation false → true',
      {
        previousVersion: flag({ fallthrough: { variation: 1 } }),
        currentVersion: flag({ fallthrough: { variation: 0 } }),
      },
    ],
    [
      'new-checkout: variation A x → y',
      {
        previousVersion: flag({}, { variations: [{ name: 'A', value: 'x' }] }),
        currentVersion: flag({}, { variations: [{ name: 'A', value: 'y' }] }),
      },
    ],
    [
      'new-checkout: targeting rule added (not in segment beta and plan is one of gold, rollout 10 %)',
      {
        previousVersion: flag({ rules: [] }),
        currentVersion: flag({
          rules: [
            {
              _id: 'r1',
              clauses: [
                { attribute: 'segmentMatch', op: 'segmentMatch', values: ['beta'], negate: true },
                { attribute: 'plan', op: 'in', values: ['gold'] },
              ],
              rollout: {
                variations: [
                  { variation: 0, weight: 10_000 },
                  { variation: 1, weight: 90_000 },
                ],
              },
            },
          ],
        }),
      },
    ],
    [
      'new-checkout: added a rule, changed the default from false to true',
      { description: '- Added a rule\n- Changed the default from ~~`false`~~ to *true*\n' },
    ],
    ['new-checkout: turned off', { titleVerb: 'turned off the flag' }],
    ['new-checkout: turned on', { titleVerb: '', instructions: [{ kind: 'turnFlagOn' }] }],
    [
      'new-checkout: update prerequisites',
      { titleVerb: '', accesses: [{ action: 'updatePrerequisites', resource: production }] },
    ],
  ])('“%s”', (title, body) => {
    expect(titleOf(body)).toBe(title);
  });

  it('is that of the environment it is about, not of another', () => {
    const version = (on: boolean) => ({ environments: { staging: { on }, production: { on: true } } });

    expect(titleOf({ previousVersion: version(false), currentVersion: version(true) })).toBe('new-checkout: updated');
  });

  it.each(['constructor', '__proto__', 'toString'])('reads no environment %s that is not there', (key) => {
    const resource = `proj/acme:env/${key}:flag/new-checkout`;
    const body = { previousVersion: flag({}), currentVersion: flag({}), accesses: [{ action: 'updateOn', resource }] };

    expect(eventsOf(body)).toHaveLength(1);
  });
});

describe('where and when', () => {
  it('tells one change in each environment, tags left out', () => {
    const accesses = ['staging;tag', 'production'].map((environment) => ({
      action: 'updateGlobalArchived',
      resource: `proj/acme;a,b:env/${environment}:flag/new-checkout;c`,
    }));
    const events = eventsOf({ accesses });

    expect(events.map((event) => event.statement.environmentName)).toEqual(['staging', 'production']);
    expect(new Set(events.map((event) => event.statement.key)).size).toBe(2);
    expect(new Set(events.map((event) => event.identities[0]?.value)).size).toBe(2);
  });

  it('tells of no environment where it is about all of them', () => {
    const accesses = [{ action: 'deleteFlag', resource: 'proj/acme:env/*:flag/new-checkout' }];

    expect(eventsOf({ accesses })[0]?.statement).not.toHaveProperty('environmentName');
  });

  it('takes its time as number and as digits, and the integration framework’s', () => {
    const at = '2026-11-20T14:05:00.000Z';
    for (const date of [{}, { date: `${entry.date}` }, { date: undefined, timestamp: { milliseconds: entry.date } }]) {
      expect(eventsOf(date)[0]?.statement.occurredAt).toBe(at);
    }
    expect(readSource(launchdarkly, { ...entry, date: 'yesterday' })).toMatchObject({
      outcome: 'malformed',
      notWhatItSends: false,
    });
  });
});

describe('who and why', () => {
  it('names the member before the token, and the token before nobody', () => {
    const member = { email: 'ada@example.com', firstName: 'Ada' };
    const token = { name: 'deploy bot' };

    expect(eventsOf({ member, token })[0]?.statement.actor).toEqual({ email: 'ada@example.com', name: 'Ada' });
    expect(eventsOf({ token })[0]?.statement.actor).toEqual({ name: 'deploy bot' });
    expect(eventsOf({})[0]?.statement).not.toHaveProperty('actor');
  });

  it('takes the comment as the reason', () => {
    expect(eventsOf({ comment: 'Error rate is flat.' })[0]?.statement.reason).toBe('Error rate is flat.');
  });

  it.each([
    ['https://app.launchdarkly.com/acme/x', { _links: { site: { href: '/acme/x' } } }],
    [
      'https://app.eu.launchdarkly.com/acme/x',
      { _links: { site: { href: '/acme/x' } }, title: 'did [x](https://app.eu.launchdarkly.com/y)' },
    ],
    [undefined, { _links: { site: { href: 'javascript:alert(1)' } } }],
  ])('links to %s', (url, body) => {
    expect(eventsOf(body)[0]?.statement.url).toBe(url);
  });
});

describe('what is no change', () => {
  it.each([
    ['a description', { accesses: [{ action: 'updateDescription', resource: production }] }],
    ['a request for approval', { accesses: [{ action: 'createApprovalRequest', resource: production }] }],
    ['a member', { kind: 'member' }],
    ['a webhook', { kind: 'webhook' }],
    ['what LaunchDarkly has yet to invent', { kind: 'hologram' }],
  ])('%s', (_, body) => {
    expect(readSource(launchdarkly, { ...entry, ...body }).outcome).toBe('ignored');
  });

  it.each([[[]], ['text'], [{}], [{ kind: 'flag' }]])('%j is nothing that LaunchDarkly sends', (body) => {
    expect(readSource(launchdarkly, JSON.stringify(body))).toMatchObject({
      outcome: 'malformed',
      notWhatItSends: true,
    });
  });
});

it('keeps no key of an environment', () => {
  const versions = { currentVersion: { mobileKey: 'mob-1' }, previousVersion: { mobileKey: 'mob-2', apiKey: 'sdk-1' } };
  const { body } = readDelivery(launchdarkly, { ...entry, kind: 'environment', ...versions });

  expect(body.toString()).not.toMatch(/mob-|sdk-/);
});

it('survives values nested deeper than anybody nests', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const rule = { clauses: [{ attribute: 'plan', op: 'in', values: ['@'] }] };
  const versions = [flag({ rules: [] }), flag({ rules: [rule] }, { mobileKey: '@' })];
  const body = JSON.stringify({ ...entry, previousVersion: versions[0], currentVersion: versions[1] });

  expect(readSource(launchdarkly, body.replaceAll('"@"', deep)).outcome).toBe('events');
});

const samples = new URL('../../../shared/samples/launchdarkly/', import.meta.url);

it.runIf(existsSync(samples))('reads every sample there is', () => {
  for (const file of readdirSync(samples)) {
    expect(readSource(launchdarkly, readFileSync(new URL(file, samples), 'utf8')).outcome).toBe('events');
  }
});

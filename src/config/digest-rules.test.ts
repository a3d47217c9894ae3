import { describe, expect, it } from 'vitest';
import { digestScopeIn, digestTargetsOf, digestTimesOf } from './digest-rules.ts';
import { readSettings } from './settings.ts';

function settingsOf(yaml: string) {
  const read = readSettings(yaml);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  return read.settings;
}

const services = `
services:
  checkout: { channel: '#Payments' }
  ledger: { channel: '#payments', restricted: true }
  search: { channel: '#parity' }
  web: {}
`;
const named = (yaml: string) =>
  digestTargetsOf(settingsOf(yaml)).map(({ named: channel, scope }) => [
    channel,
    scope.services && [...scope.services],
  ]);

describe('who gets a digest', () => {
  it.each<[string, string, unknown]>([
    ['nobody, where the settings name no channel', services, []],
    ['the one channel', `${services}digest: { channel: '#parity' }`, [['#parity', null]]],
    [
      'each channel of services of its own too, where that is wanted, and one of both of everything',
      `${services}digest: { channel: '#parity', services: true }`,
      [
        ['#parity', null],
        ['#Payments', ['checkout', 'ledger']],
      ],
    ],
  ])('%s', (_, yaml, targets) => {
    expect(named(yaml)).toEqual(targets);
  });

  it('when, as written or by the defaults', () => {
    expect(digestTimesOf(settingsOf('{}'))).toBeNull();
    expect(digestTimesOf(settingsOf("digest: { channel: '#parity' }"))).toEqual({
      day: 'monday',
      time: '09:00',
      timezone: 'UTC',
    });
  });
});

describe('what is shown who asks', () => {
  const settings = settingsOf(`${services}digest: { channel: '#parity' }`);

  it.each([
    [{ id: 'C1', name: 'payments' }, ['checkout', 'ledger']],
    [{ id: 'C2', name: 'parity' }, null],
    [{ id: 'C3', name: 'random' }, null],
  ])('in %j', (channel, shown) => {
    const { services: own, restricted } = digestScopeIn(settings, channel);

    expect(own === null ? null : [...own]).toEqual(shown);
    expect([...restricted]).toEqual(['ledger']);
  });
});

import { describe, expect, it } from 'vitest';
import { changedParts, settingsHash, settingsParts } from './settings-parts.ts';

const settings = {
  services: { checkout: { owners: ['@ada'], restricted: false }, ledger: { owners: [] } },
  freezes: [{ name: 'x', from: new Date('2026-11-26T00:00Z') }],
  digest: undefined,
};

describe('settingsParts', () => {
  it.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['the same', settings, []],
    [
      'the same in another order',
      {
        freezes: settings.freezes,
        services: { ledger: { owners: [] }, checkout: { restricted: false, owners: ['@ada'] } },
      },
      [],
    ],
    [
      'a service that is restricted',
      { ...settings, services: { ...settings.services, checkout: { owners: ['@ada'], restricted: true } } },
      ['services.checkout'],
    ],
    ['a service less', { ...settings, services: { ledger: { owners: [] } } }, ['services.checkout']],
    ['a moment', { ...settings, freezes: [{ name: 'x', from: new Date('2026-11-27T00:00Z') }] }, ['freezes']],
    ['a part more', { ...settings, digest: { channel: '#parity' } }, ['digest']],
  ])('tells from before %s', (_what, after, changed) => {
    const [a, b] = [settingsParts(settings), settingsParts(after)];

    expect(changedParts(a, b)).toEqual(changed);
    expect(settingsHash(a) === settingsHash(b)).toBe(changed.length === 0);
  });
});

import { expect, it } from 'vitest';
import { mirrorsOf, releaseRulesOf, rulesOf } from './release-rules.ts';
import { readSettings } from './settings.ts';

function settingsOf(text: string) {
  const read = readSettings(text);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('; '));
  return read.settings;
}
const releasesOf = (text: string) => releaseRulesOf(settingsOf(text));

it.each<[string, [string, string[]][]]>([
  ['', [['production', ['staging']]]],
  ['environments: { production: {} }', []],
  ['environments: { live: { aliases: [production] }, stage: { aliases: [staging] } }', [['live', ['stage']]]],
  ['parity: []', []],
  [
    'environments: { production: {}, staging: {}, qa: {} }\nparity: [{ reference: prod, mirror: QA }, { reference: prod, mirror: stg }]',
    [['production', ['qa', 'staging']]],
  ],
])('%j has the mirrors %j', (text, expected) => {
  expect([...releasesOf(text).mirrors]).toEqual(expected);
});

it('has the window as it is written and freezes with our names of their environments', () => {
  const rules = releasesOf(`
release_window: { days: [mon, fri], from: '09:00', to: '16:00', timezone: Europe/London }
freezes: [{ name: sale, from: 2026-11-26T00:00Z, to: 2026-12-01T00:00Z, environments: [Prod] }]
`);

  expect(rules.window).toEqual({ days: ['mon', 'fri'], from: '09:00', to: '16:00', timezone: 'Europe/London' });
  expect(rules.freezes).toMatchObject([{ name: 'sale', environments: ['production'] }]);
  expect(releasesOf('').window).toBeNull();
});

const written = `
release_window: { days: [mon], from: '09:00', to: '16:00', timezone: UTC }
freezes: [{ name: sale, from: 2026-11-26T00:00Z, to: 2026-12-01T00:00Z }]
incidents: { freeze_at: SEV2 }
`;

it('opens freezes for incidents at least so severe, in production where they name no environment', () => {
  expect(releasesOf(written).freezeAt).toEqual({ severity: 'error', environment: 'production', hidden: [] });
  expect(releasesOf('').freezeAt).toBeNull();
});

it('says nothing of what a rule that is off would say, and mirrors stay mirrors', () => {
  const off = `${written}rules: { freeze: off, window: off, skipped-staging: off }`;

  expect(releasesOf(off)).toEqual({ window: null, freezes: [], mirrors: new Map(), freezeAt: null });
  expect([...mirrorsOf(settingsOf(off))]).toEqual([['production', ['staging']]]);
});

it('has each rule as it is tuned, with our names of environments', () => {
  const rules = rulesOf(
    settingsOf(`
rules:
  unreviewed: { approvals: 2, except_authors: ['renovate[bot]'], gate: forbids, environments: [Prod], except_services: [docs] }
  direct-push: off
  flag-without-reason: { shortest: 10 }
`),
  );

  expect(rules.unreviewed).toEqual({
    on: true,
    gate: 'forbids',
    environments: ['production'],
    exceptServices: ['docs'],
    tuning: { approvals: 2, except_authors: ['renovate[bot]'] },
  });
  expect(rules['direct-push'].on).toBe(false);
  expect(rules['flag-without-reason']).toMatchObject({
    on: true,
    environments: ['production'],
    tuning: { shortest: 10 },
  });
  expect(rules.freeze).toMatchObject({ on: true, gate: 'forbids', environments: [] });
});

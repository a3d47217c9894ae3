import { expect, it } from 'vitest';
import { releaseRulesOf } from './release-rules.ts';
import { readSettings } from './settings.ts';

function rulesOf(text: string) {
  const read = readSettings(text);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('; '));
  return releaseRulesOf(read.settings);
}

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
  expect([...rulesOf(text).mirrors]).toEqual(expected);
});

it('has the window as it is written and freezes with our names of their environments', () => {
  const rules = rulesOf(`
release_window: { days: [mon, fri], from: '09:00', to: '16:00', timezone: Europe/London }
freezes: [{ name: sale, from: 2026-11-26T00:00Z, to: 2026-12-01T00:00Z, environments: [Prod] }]
`);

  expect(rules.window).toEqual({ days: ['mon', 'fri'], from: '09:00', to: '16:00', timezone: 'Europe/London' });
  expect(rules.freezes).toMatchObject([{ name: 'sale', environments: ['production'] }]);
  expect(rulesOf('').window).toBeNull();
});

import { expect, it } from 'vitest';
import { nagRulesOf } from './nag-rules.ts';
import { readSettings } from './settings.ts';

function settings(text: string) {
  const read = readSettings(text);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('; '));
  return read.settings;
}

it('says when whom to tell, and where those work of whom nobody knows it', () => {
  const usual = nagRulesOf(settings(''));
  const said = nagRulesOf(settings("nags: { work_hours: '08:00-16:00', first: 2h, team: 2d }"));
  const zoned = nagRulesOf(settings("digest: { channel: '#parity', timezone: Europe/Paris }"));

  expect(usual).toEqual({
    hours: { from: '09:00', to: '17:30' },
    first: 14_400_000,
    team: 86_400_000,
    lead: 259_200_000,
    timezone: 'UTC',
  });
  expect([said.hours.to, said.first, said.team, zoned.timezone]).toEqual([
    '16:00',
    7_200_000,
    172_800_000,
    'Europe/Paris',
  ]);
});

import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { askerOf, createWho, type Refusal, type User } from './who.ts';

const here = { teamId: 'T1', enterpriseId: null };
const ada = { id: 'U1', name: 'ada', real_name: 'Ada', team_id: 'T1', tz: 'Europe/London' };

it('lets a full member ask, in the time zone of that person', () => {
  expect(askerOf(ada, here)).toEqual({
    outcome: 'member',
    admin: false,
    id: 'U1',
    name: 'Ada',
    timezone: 'Europe/London',
    timezoneKnown: true,
  });
});

it.each<[string, Partial<User>, Refusal]>([
  ['a guest of several channels', { is_restricted: true }, 'guest'],
  ['a guest of one channel', { is_ultra_restricted: true }, 'guest'],
  ['a stranger', { is_stranger: true }, 'other-organisation'],
  ['somebody of another team', { team_id: 'T2' }, 'other-organisation'],
  ['somebody of another enterprise', { team_id: 'T2', enterprise_user: { enterprise_id: 'E9' } }, 'other-organisation'],
  ['somebody of no known team', { team_id: null }, 'other-organisation'],
  ['a bot', { is_bot: true }, 'bot'],
  ['a workflow', { is_workflow_bot: true }, 'bot'],
  ['Slackbot', { id: 'USLACKBOT' }, 'bot'],
  ['somebody who has left', { deleted: true }, 'deactivated'],
])('refuses %s', (_, traits, why) => {
  expect(askerOf({ ...ada, ...traits }, here)).toEqual({ outcome: 'refused', why });
});

it('takes the other workspaces of the same enterprise as our own', () => {
  const colleague = { ...ada, team_id: 'T2', enterprise_user: { enterprise_id: 'E1' } };

  expect(askerOf(colleague, { teamId: 'T1', enterpriseId: 'E1' })).toMatchObject({ outcome: 'member' });
});

it.each([undefined, null, '', 'Mars/Olympus'])('falls back to UTC for the time zone %j and says so', (tz) => {
  expect(askerOf({ ...ada, tz }, here)).toMatchObject({ timezone: 'UTC', timezoneKnown: false });
});

it.each([undefined, null, 'U1', {}, { ...ada, is_restricted: 'no' }])('refuses what it cannot read: %j', (user) => {
  expect(askerOf(user, here)).toEqual({ outcome: 'refused', why: 'unknown' });
});

function whoWith(answer: () => object) {
  let time = 0;
  const fetch = vi.fn(() => Promise.resolve(Response.json(answer())));
  const client = new WebClient('xoxb', { fetch, retryConfig: { retries: 0 } });
  const who = createWho({
    client,
    installation: () => Promise.resolve({ ...here, botUserId: 'UBOT' }),
    log: pino({ enabled: false }),
    now: () => new Date(time),
  });
  return { who, fetch, pass: (milliseconds: number) => (time += milliseconds) };
}

it('remembers a person for a while only', async () => {
  let user: object = ada;
  const { who, fetch, pass } = whoWith(() => ({ ok: true, user }));

  await who('U1');
  user = { ...ada, deleted: true };
  const soon = await who('U1');
  pass(10 * 60_000);
  const later = await who('U1');

  expect(soon.outcome).toBe('member');
  expect(later).toEqual({ outcome: 'refused', why: 'deactivated' });
  expect(fetch).toHaveBeenCalledTimes(2);
});

it('refuses while Slack does not say who it is, and asks again', async () => {
  let answer: object = { ok: false, error: 'fatal_error' };
  const { who } = whoWith(() => answer);

  const during = await who('U1');
  answer = { ok: true, user: ada };
  const after = await who('U1');

  expect(during).toEqual({ outcome: 'refused', why: 'unknown' });
  expect(after.outcome).toBe('member');
});

it.each([
  ['an administrator', { is_admin: true }, true],
  ['an owner', { is_owner: true }, true],
  ['anybody else', {}, false],
])('tells %s of the workspace apart', (_, traits, admin) => {
  expect(askerOf({ ...ada, ...traits }, here)).toMatchObject({ outcome: 'member', admin });
});

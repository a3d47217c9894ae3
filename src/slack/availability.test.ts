import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type TestWorkspace, startTestWorkspace } from '../../playground/slack/test-workspace.ts';
import { createAvailability } from './availability.ts';

let world: TestWorkspace;
let time = new Date('2026-11-20T16:00:00Z');
let availability: ReturnType<typeof createAvailability>;

beforeAll(async () => {
  world = await startTestWorkspace({ scopes: ['users:read', 'dnd:read'] });
});
afterAll(() => world.close());
beforeEach(() => {
  time = new Date('2026-11-20T16:00:00Z');
  availability = createAvailability({ client: world.client, log: pino({ enabled: false }), now: () => time });
  world.slack.setDnd('ada', null);
});

const after = (minutes: number) => new Date(time.getTime() + minutes * 60_000);

it('says where somebody is', async () => {
  expect(await availability(world.idOf('grace'))).toEqual({
    timezone: 'America/New_York',
    dndUntil: null,
    active: true,
  });
});

it('says until when somebody does not want to be disturbed, and then no more', async () => {
  const to = after(4);
  world.slack.setDnd('ada', { from: after(-60), to });

  expect(await availability(world.idOf('ada'))).toMatchObject({ dndUntil: to });

  time = after(4);

  expect(await availability(world.idOf('ada'))).toMatchObject({ dndUntil: null });
});

it('does not take the next night for now', async () => {
  world.slack.setDnd('ada', { from: after(60), to: after(600) });

  expect(await availability(world.idOf('ada'))).toMatchObject({ dndUntil: null });
});

it('asks Slack again after five minutes only', async () => {
  const asked = () => world.slack.calls.filter(({ method }) => method === 'users.info').length;
  const before = asked();
  await availability(world.idOf('ada'));
  await availability(world.idOf('ada'));
  time = after(6);
  await availability(world.idOf('ada'));

  expect(asked() - before).toBe(2);
});

it('knows who has left, and whom it never knew', async () => {
  world.slack.deactivate('grace');

  expect(await availability(world.idOf('grace'))).toMatchObject({ active: false });
  expect(await availability('U0NOBODY')).toMatchObject({ active: false });
});

it('throws while Slack is away, and remembers nothing of it', async () => {
  const over = world.slack.outage('users.info', { status: 503, headers: {}, response: {} });
  await expect(availability(world.idOf('ada'))).rejects.toThrow();
  over();

  expect(await availability(world.idOf('ada'))).toMatchObject({ active: true });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { beginIncident, mendIncident } from '../playground/incident.ts';
import { ask, askUntilTold, missingFrom } from '../playground/question.ts';
import { startWorld, type World } from '../playground/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ now: new Date(), port: 0 });
}, 120_000);
afterAll(() => world?.close(), 60_000);

it('tells on the demo’s card of the bad deploy as the likely one, ticks it off, and leaves nothing of the day out', async () => {
  const before = await beginIncident(world, 'ada');
  const after = await mendIncident(world, 'grace');
  await world.tell();
  await askUntilTold(world, 'grace');
  const { message } = await ask(world, 'ada');

  expect(after.ts).toBe(before.ts);
  expect(missingFrom(world, message, 'ada')).toEqual([]);
}, 180_000);

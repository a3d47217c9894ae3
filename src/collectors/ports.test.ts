import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collect, factsIn } from '../../test/collect.ts';
import { listening } from '../../test/listening.ts';
import { ports } from './ports.ts';

const server = createServer((socket) => socket.destroy());
let open: string;
beforeAll(async () => {
  open = `127.0.0.1:${await listening(server)}`;
});
afterAll(() => server.close());

it('tells which ports are open and which closed, and whether they should be', async () => {
  const options = { open: `web=${open}, db=127.0.0.1:1`, closed: `admin=${open} debug=127.0.0.1:2` };

  expect(factsIn(await collect(ports, { options, service: 'shop' }))).toEqual({
    'network port web': 'open',
    'network port db': 'closed',
    'network port admin': 'open',
    'network port debug': 'closed',
    'health port web': 'ok',
    'health port db': 'failed',
    'health port admin': 'failed',
    'health port debug': 'ok',
  });
});

it('does not take a host that it cannot find for one whose ports are closed', async () => {
  const result = await collect(ports, { options: { open, closed: 'web.invalid:80' } });

  expect(result).toMatchObject({
    outcome: 'seen',
    complete: false,
    notSeen: [expect.stringMatching(/^web\.invalid:80: E/)],
  });
  expect(Object.keys(factsIn(result))).toEqual([`network port ${open}`, `health port ${open}`]);
});

it.each([
  [{}, 'which ports? --set open=db.internal:5432 or --set closed=web:8081'],
  [{ open: 'db' }, 'db is no host and port: db.internal:5432'],
])('%j fails: %s', async (options, reason) => {
  expect(await collect(ports, { options })).toEqual({ outcome: 'failed', reason });
});

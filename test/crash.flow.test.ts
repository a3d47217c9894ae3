import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SignedPush, signedPushes } from '../bench/ingest/pushes.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

const secret = 'crash-test-secret';
const root = join(import.meta.dirname, '..');
let database: TestDatabase;
const started: ChildProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await database.close();
});

async function start(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [join(root, 'src/main.ts')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/sincewhen'),
      PORT: '0',
      DATABASE_URL: database.url,
      GITHUB_WEBHOOK_SECRET: secret,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  for await (const text of createInterface(child.stdout)) {
    const line = JSON.parse(text) as { msg: string; url?: string };
    if (line.msg.startsWith('listening') && line.url !== undefined) {
      child.stdout.resume();
      return { child, url: line.url };
    }
  }
  throw new Error('the service ended before it listened');
}

/** Null: no answer came. */
async function send(url: string, push: SignedPush): Promise<number | null> {
  try {
    const response = await fetch(`${url}/ingest/github`, {
      method: 'POST',
      headers: push.headers,
      body: new Uint8Array(push.body),
    });
    await response.text();
    return response.status;
  } catch {
    return null;
  }
}

async function ids(query: Promise<readonly { readonly id: string }[]>): Promise<readonly string[]> {
  return (await query).map((row) => row.id).toSorted();
}

it('loses and doubles nothing when it is killed under load and started again', async () => {
  const pushes = signedPushes({ secret, count: 1500, run: 1 });
  const first = await start();
  const acknowledged: SignedPush[] = [];
  let next = 0;
  let killed = false;
  const senders = Array.from({ length: 32 }, async () => {
    for (let push = pushes[next++]; push !== undefined; push = pushes[next++]) {
      const status = await send(first.url, push);
      if (status === null) return;
      expect(status).toBe(202);
      acknowledged.push(push);
      if (acknowledged.length >= 500 && !killed) {
        killed = true;
        first.child.kill('SIGKILL');
      }
    }
  });
  await Promise.all(senders);
  if (first.child.signalCode === null) await once(first.child, 'exit');
  expect(acknowledged.length).toBeLessThan(pushes.length);

  const keys = () => ids(database.db.selectFrom('delivery_keys').select('key as id').execute());
  const kept = new Set(await keys());
  const lost = acknowledged.filter((push) => !kept.has(push.headers['x-github-delivery'] ?? ''));
  expect(lost).toEqual([]);

  // What a sender does that got no answer: send again. Here everything is, also what had been acknowledged.
  const second = await start();
  for (let index = 0; index < pushes.length; index += 50) {
    const statuses = await Promise.all(pushes.slice(index, index + 50).map((push) => send(second.url, push)));
    expect(new Set(statuses)).toEqual(new Set([202]));
  }

  const all = pushes.map((push) => push.headers['x-github-delivery'] ?? '').toSorted();
  expect(await keys()).toEqual(all);
  const { db } = database;
  expect(await ids(db.selectFrom('deliveries').select('id').execute())).toHaveLength(all.length);
  const commits = await ids(
    db
      .selectFrom('changes')
      .select('commit as id')
      .where('kind', '=', 'merge')
      .where('at', 'is not', null)
      .$narrowType<{ id: string }>()
      .execute(),
  );
  expect(commits).toHaveLength(all.length);
  expect(new Set(commits).size).toBe(all.length);
  const events = await db.selectFrom('events').select('key as id').execute();
  expect(events).toHaveLength(all.length);

  second.child.kill('SIGTERM');
  const [code] = await once(second.child, 'exit');
  expect(code).toBe(0);
}, 60_000);

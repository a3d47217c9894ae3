import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freshDatabase } from '../database.ts';
import { run } from '../service.ts';
import { type Row, percentile } from '../table.ts';
import { signedPushes } from './pushes.ts';

const secret = 'bench-secret';
const events = 100_000;
const eventsInDelivery = 500;
const connections = 4;
/** Between two of GitHub's deliveries, in milliseconds. */
const gap = 20;

/**
 * A cluster's audit log floods: most of it is refusals, the rest one controller's patches of one object. What that does
 * to the deliveries of another source, and what it leaves in the timeline.
 */
export async function measureFlood(server: string): Promise<readonly Row[]> {
  const url = await freshDatabase(server, 'bench_flood');
  const variables = { GITHUB_WEBHOOK_SECRET: secret, KUBERNETES_AUDIT_WEBHOOK_SECRET: secret, LOG_LEVEL: 'warn' };
  const service = await run('src/main.ts', { ...variables, DATABASE_URL: url, PORT: '0' });
  const address = `http://127.0.0.1:${service.port}`;
  try {
    await push(address, 1, pause(1000));
    const quiet = await push(address, 2, pause(5000));
    const begun = performance.now();
    const flooding = flood(address);
    const during = await push(address, 3, flooding);
    const refused = await flooding;
    const seconds = (performance.now() - begun) / 1000;
    return [
      { name: 'flood: audit events a second', value: events / seconds, unit: '/s', atLeast: Math.round(events / 60) },
      { name: 'flood: deliveries not answered 202', value: refused, unit: '', atMost: 0 },
      { name: 'flood: p99 of GitHub without it', value: percentile(quiet, 99), unit: 'ms' },
      { name: 'flood: p99 of GitHub during it', value: percentile(during, 99), unit: 'ms', atMost: 250 },
      { name: 'flood: rows that it leaves in the timeline', value: await rowsShown(url), unit: '', atMost: 2 },
    ];
  } finally {
    await service.stop();
  }
}

/** One push after the other until something else is done; the milliseconds that each took. */
async function push(address: string, run: number, until: Promise<unknown>): Promise<readonly number[]> {
  const latencies: number[] = [];
  let over = false;
  const ended = until.finally(() => {
    over = true;
  });
  for (const { headers, body } of signedPushes({ secret, count: 3000, run })) {
    if (over) break;
    const sent = performance.now();
    await (await fetch(`${address}/ingest/github`, { method: 'POST', headers, body: new Uint8Array(body) })).text();
    latencies.push(performance.now() - sent);
    await pause(gap);
  }
  await ended;
  return latencies;
}

async function flood(address: string): Promise<number> {
  const bodies = Array.from({ length: events / eventsInDelivery }, (_, delivery) => eventList(delivery));
  let refused = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
        const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
        const response = await fetch(`${address}/ingest/kubernetes-audit`, { method: 'POST', headers, body });
        await response.text();
        if (response.status !== 202) refused += 1;
      }
    }),
  );
  return refused;
}

function eventList(delivery: number): string {
  const items = Array.from({ length: eventsInDelivery }, (_, n) => auditEvent(delivery * eventsInDelivery + n));
  return JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items });
}

function auditEvent(n: number) {
  const denied = n % 10 !== 0;
  // All within one hour.
  const time = new Date(Date.UTC(2026, 10, 20, 14) + Math.floor((n * 3_500_000) / events)).toISOString();
  return {
    level: 'Request',
    auditID: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/shop/configmaps/settings',
    verb: denied ? 'delete' : 'patch',
    user: { username: 'ada@example.com', groups: ['system:authenticated'] },
    objectRef: { resource: 'configmaps', namespace: 'shop', name: 'settings', apiVersion: 'v1' },
    responseStatus: { code: denied ? 403 : 200 },
    requestObject: denied ? undefined : { data: { holder: `node-${n % 2}` } },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  };
}

async function rowsShown(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) from changes where at is not null and repository is null`,
    );
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

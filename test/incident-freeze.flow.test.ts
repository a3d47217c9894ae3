import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestService, startTestService } from './test-service.ts';

/** A freeze that an incident opens, from its opening to its end: at the gate, and on what is deployed meanwhile. */
const settings = `
environments: { production: {}, staging: {} }
incidents: { freeze_at: critical }
rules: { skipped-staging: off }
`;
let now = new Date('2026-11-20T10:00:00Z');
let service: TestService;

beforeAll(async () => {
  service = await startTestService({ settings, now: () => now });
});
afterAll(() => service.stop());

async function call(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
  const token = method === 'GET' ? service.tokens.read : service.tokens.ingest;
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

async function deployedAt(time: string, to: string): Promise<void> {
  now = new Date(`2026-11-20T${time}:00Z`);
  const deploy = { kind: 'deploy', environment: 'production', service: 'checkout', status: 'succeeded' };
  await call('POST', '/api/changes', { ...deploy, to, title: to, occurred_at: now.toISOString() });
}

async function freezesTold(): Promise<object> {
  const { changes } = await call('GET', '/api/changes?since=2026-11-20T09:00Z&environment=production');
  const told = changes as readonly { to: string; risks: readonly { name: string; text: string }[] }[];
  return Object.fromEntries(
    told.map(({ to, risks }) => [to, risks.filter(({ name }) => name === 'freeze').map(({ text }) => text)]),
  );
}

const gate = (environment: string) =>
  call('GET', `/api/gate?service=checkout&environment=${environment}&version=9.9`).then(({ reasons }) => reasons);
const frozen = expect.arrayContaining(['the freeze of INC-1 is on']);

it('is told at the gate and in answers while the incident is open, and is over with it', async () => {
  await deployedAt('10:00', '1.0');
  expect(await gate('production')).not.toEqual(frozen);

  now = new Date('2026-11-20T10:30:00Z');
  const opened = { title: 'Checkout is down', services: ['checkout'], environment: 'production' };
  await call('POST', '/api/incidents', { ...opened, severity: 'warning' });
  expect(await gate('production')).not.toEqual(frozen);

  await call('PATCH', '/api/incidents/INC-1', { severity: 'critical' });
  await deployedAt('11:00', '1.1');
  expect(await gate('production')).toEqual(frozen);
  expect(await gate('staging')).not.toEqual(frozen);
  expect(await freezesTold()).toEqual({ '1.0': [], '1.1': ['during the freeze of INC-1'] });

  now = new Date('2026-11-20T11:30:00Z');
  await call('PATCH', '/api/incidents/INC-1', { status: 'resolved' });
  await deployedAt('12:00', '1.2');
  expect(await gate('production')).not.toEqual(frozen);
  expect(await freezesTold()).toEqual({ '1.0': [], '1.1': ['during the freeze of INC-1'], '1.2': [] });
}, 60_000);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays } from 'date-fns';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSlack, type Slack } from '../playground/slack.ts';
import { type View, personOf } from '../playground/slack/workspace.ts';
import { processUser } from '../src/config/process-user.ts';
import { isReason } from '../src/domain/reason.ts';
import { manifest } from './manifest.ts';
import { type TestService, startTestService } from './test-service.ts';

/** Every way on which people decide what an auditor asks about, through the whole service: none without a reason. */
const [yesterday, soon, nextMonth] = [-1, 3, 30].map((days) => addDays(new Date(), days).toISOString());
const settings = `
environments: { production: {}, staging: {} }
parity: [{ reference: production, mirror: staging }]
services: { checkout: { channel: '#ops' } }
incidents: { channel: '#ops' }
freezes: [{ name: sale, from: ${yesterday}, to: ${nextMonth}, environments: [production] }]
`;
const soonest = { timeout: 20_000, interval: 20 };
let slack: Slack;
let service: TestService;
let backport: string;

beforeAll(async () => {
  slack = await startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    scopes: manifest.scopes,
    events: manifest.events,
    people: [{ name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' }],
    channels: [{ name: 'ops', topic: '', bot: true }],
  });
  const access = { SLACK_BOT_TOKEN: 'xoxb-bot', SLACK_SIGNING_SECRET: 'a-signing-secret', SLACK_API_URL: slack.apiUrl };
  service = await startTestService({ settings, environment: access });
  slack.connect(`${service.url}/slack/events`);
  const now = new Date();
  const fix = { state: 'open', reference: 'production', mirror: 'staging', repository: 'acme/checkout' } as const;
  const { id } = await service.database.db
    .insertInto('backports')
    .values({ ...fix, title: 'Fix', why: 'it is', imported: false, opened_at: now, recorded_at: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  backport = id;
  for (const [environment, value] of Object.entries({ production: '10', staging: '20' })) {
    const facts = [{ service: 'checkout', facet: 'env', key: 'POOL', value }];
    const taken = { collector: 'dotenv', taken_at: now.toISOString(), complete: true };
    await api('POST', '/api/snapshots', { environment, ...taken, facts });
  }
});
afterAll(async () => {
  await service.stop();
  await slack.close();
});

async function api(method: string, path: string, body: object) {
  const headers = { authorization: `Bearer ${service.tokens.ingest}`, 'content-type': 'application/json' };
  const response = await fetch(`${service.url}${path}`, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

async function cli(...args: readonly string[]): Promise<number | null> {
  const main = join(import.meta.dirname, '../src/cli/main.ts');
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: service.database.url };
  const child = spawn(process.execPath, [main, ...args], { cwd: tmpdir(), env, stdio: 'ignore' });
  await once(child, 'close');
  return child.exitCode;
}

let deploys = 0;

async function deployed(): Promise<string> {
  deploys += 1;
  const deploy = { kind: 'deploy', environment: 'production', service: 'checkout', status: 'succeeded' };
  const { body } = await api('POST', '/api/changes', { ...deploy, title: 'Deploy checkout', to: `1.${deploys}.0` });
  return String((body['changes'] as readonly string[])[0]);
}

async function incident(): Promise<string> {
  const { body } = await api('POST', '/api/incidents', { title: 'Nobody can pay', services: ['checkout'] });
  return String(body['id']);
}

const modal = (): View | null => slack.workspace.modals.get(personOf(slack.workspace, 'ada').id)?.at(-1) ?? null;

function formThere(): Promise<View> {
  return vi.waitFor(() => modal() ?? Promise.reject(new Error('no form')), soonest);
}

/** Opens a form, and submits it once it is there. */
async function submit(
  open: () => Promise<unknown>,
  entered: Readonly<Record<string, string | readonly string[]>>,
): Promise<void> {
  slack.workspace.modals.clear();
  await open();
  await slack.submit(await formThere(), { user: 'ada', entered });
}

async function press(action: string, value: string): Promise<void> {
  const { message } = await slack.say('a message', { user: 'ada', channel: 'ops' });
  const button = { type: 'button', action_id: action, text: { type: 'plain_text', text: action }, value };
  const blocks = [{ type: 'actions', block_id: 'b', elements: [button] }];
  await slack.click({ message: { ...message, blocks } }, { user: 'ada', action });
}

interface Way {
  readonly kind: string;
  /** Says it, for this reason; anew each time. */
  readonly say: (reason: string) => Promise<unknown>;
}

const ways: Readonly<Record<string, Way>> = {
  'a verdict, by a press': {
    kind: 'verdict',
    say: async (why) => {
      const value = `${await incident()}:${await deployed()}`;
      return submit(() => press('incident_caused', value), { reason: 'else', why });
    },
  },
  'a verdict, typed': {
    kind: 'verdict',
    say: async (why) => {
      const id = await incident();
      await deployed();
      slack.workspace.modals.clear();
      await slack.slash('/incident', `INC-${id} not checkout 1.${deploys}.0 ${why}`, { user: 'ada', channel: 'ops' });
      if (!isReason(why)) await formThere();
    },
  },
  'a cause, while resolving': {
    kind: 'verdict',
    say: async (note) => {
      const [id, cause] = [await incident(), await deployed()];
      return submit(() => slack.slash('/incident', `INC-${id} resolve`, { user: 'ada', channel: 'ops' }), {
        cause,
        note,
      });
    },
  },
  'no change as the cause, while resolving': {
    kind: 'verdict',
    say: async (note) => {
      const id = await incident();
      return submit(() => slack.slash('/incident', `INC-${id} resolve`, { user: 'ada', channel: 'ops' }), {
        cause: 'none',
        note,
      });
    },
  },
  'a waiver, by a press': {
    kind: 'backport-waived',
    say: (reason) => submit(() => press('backport_waive', backport), { reason, until: soon?.slice(0, 10) ?? '' }),
  },
  'a waiver, over the API': {
    kind: 'backport-waived',
    say: (reason) => api('PATCH', `/api/backports/${backport}`, { decision: 'waive', reason, until: soon }),
  },
  'a waiver, on the command line': {
    kind: 'backport-waived',
    say: (reason) => cli('backports', 'waive', backport, '--days', '4', '--reason', reason),
  },
  'an acceptance, typed': {
    kind: 'parity-accepted',
    say: (reason) => submit(() => slack.slash('/parity', 'accept POOL', { user: 'ada', channel: 'ops' }), { reason }),
  },
  'an override, by a press': {
    kind: 'override',
    say: async (reason) => {
      const id = await deployed();
      const { db } = service.database;
      await vi.waitFor(
        () => db.selectFrom('frozen_deploys').select('change_id').where('change_id', '=', id).executeTakeFirstOrThrow(),
        soonest,
      );
      return submit(() => press('freeze_reason', id), { reason });
    },
  },
  'an override, over the API': {
    kind: 'override',
    say: (reason) =>
      api('POST', '/api/gate/overrides', { service: 'checkout', environment: 'production', version: '2', reason }),
  },
};

function decided(kind: string) {
  return service.database.db
    .selectFrom('decisions')
    .select(['actor', 'reason'])
    .where('kind', '=', kind)
    .orderBy('id')
    .execute();
}

describe.each(Object.entries(ways))('%s', (_, { kind, say }) => {
  it('is nothing without a reason, and kept with who and why', async () => {
    const before = await decided(kind);
    for (const nothing of ['', '…']) await say(nothing);
    expect(await decided(kind)).toEqual(before);

    await say('the pool ran dry');

    // A command is answered before it is done.
    const after = await vi.waitFor(async () => {
      const now = await decided(kind);
      if (now.length === before.length) throw new Error('nothing decided');
      return now;
    }, soonest);
    const [decision, ...others] = after.slice(before.length);
    expect(others).toEqual([]);
    expect(decision).toMatchObject({ reason: 'the pool ran dry' });
    expect(['', 'unknown', 'cli']).not.toContain(decision?.actor);
  });
});

describe('a reason that nobody has to give', () => {
  it.each([
    ['alias-said', ['alias', 'service', 'kasse', 'kasse']],
    ['alias-removed', ['alias', 'remove', 'service', 'kasse']],
    ['token-made', ['token', 'create', '--scope', 'read']],
    ['token-revoked', ['token', 'revoke', '1']],
  ])('of %s is kept with who, where it is given', async (kind, args) => {
    const before = await decided(kind);

    expect(await cli(...args, '--why', '…')).toBe(2);
    expect(await decided(kind)).toEqual(before);
    expect(await cli(...args, '--why', 'the pool ran dry')).toBe(0);

    expect((await decided(kind)).slice(before.length)).toEqual([{ actor: processUser(), reason: 'the pool ran dry' }]);
  });
});

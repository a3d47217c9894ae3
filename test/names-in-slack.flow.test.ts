import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import fc from 'fast-check';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isObject, textOf } from '../playground/json.ts';
import { startSlack, type Slack } from '../playground/slack.ts';
import { personOf, type View } from '../playground/slack/workspace.ts';
import { controlsOf } from '../playground/slack/block-ids.ts';
import type { Catalog, CatalogService } from '../src/domain/catalog.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { createSlack, type Slack as SlackApp } from '../src/slack/app.ts';
import { blockKitProblems } from '../src/slack/block-limits.ts';
import { renderSaid, renderUnmatched } from '../src/slack/messages/unmatched.ts';
import { addAlias, listAliases } from '../src/timeline/aliases.ts';
import { record } from '../src/timeline/record.ts';
import { unmatchedNames } from '../src/timeline/unmatched-names.ts';
import { aChange, anAnswer } from './answers.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { incidentParts } from './incident-parts.ts';

const now = new Date('2026-11-20T16:13:00Z');
const day = 86_400_000;

function service(name: string, aliases: readonly string[] = []): CatalogService {
  return { name, aliases, repository: null, paths: [], configPaths: null, branches: {}, dependsOn: [], owners: [] };
}

const settings: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
  ]),
  services: [service('checkout', ['checkout-api']), service('ledger')],
  configPaths: [],
};

let database: TestDatabase;
let slack: Slack;
let app: SlackApp;
let server: Server;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  slack = await startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    scopes: ['commands', 'chat:write', 'app_mentions:read', 'im:history', 'users:read'],
    people: [
      { name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member', admin: true },
      { name: 'barbara', realName: 'Barbara', timezone: 'Europe/London', membership: 'member', admin: true },
      { name: 'grace', realName: 'Grace', timezone: 'America/New_York', membership: 'member' },
      { name: 'guest', realName: 'Guest', timezone: 'Europe/Paris', membership: 'guest' },
    ],
    channels: [{ name: 'incidents', topic: '', bot: true }],
  });
  app = await start(settings);
  server = createServer((request, response) => app.requestListener?.(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  slack.connect(`http://127.0.0.1:${address.port}/slack/events`);
});
afterAll(async () => {
  await app.stop();
  server.close();
  await slack.close();
  await database.close();
});
beforeEach(async () => {
  await emptyTables(database.db, 'changes, identities, mentions, delivery_keys, aliases, environments, services');
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
  slack.workspace.homes.clear();
  await startWith(settings.services);
  await tell('Checkout-API-v2', { times: 3, source: 'argocd' });
  await tell('Checkout-API-v2', { times: 1, source: 'github' });
  await tell('mailer', { times: 2, environmentName: 'Prod EU' });
  await tell('checkout', { times: 2 });
  await tell('forgotten', { times: 1, ago: 40 * day });
});

function start(catalog: Catalog): Promise<SlackApp> {
  return createSlack({
    access: { mode: 'http', botToken: 'xoxb-bot', signingSecret: 'a-signing-secret' },
    apiUrl: slack.apiUrl,
    ask: () => Promise.resolve({ outcome: 'answer', answer: anAnswer({ askedAt: now, changes: [aChange()] }) }),
    db: database.db,
    catalog,
    defaultEnvironment: 'production',
    ...incidentParts(database.db, catalog),
    log: pino({ enabled: false }),
    now: () => now,
    vocabulary: () => Promise.resolve({ environments: new Map(), services: new Map() }),
  });
}

/** As after a start with other settings. */
async function startWith(services: readonly CatalogService[]): Promise<void> {
  await app.stop();
  app = await start({ ...settings, services });
}

let told = 0;

async function tell(
  serviceName: string,
  {
    times,
    ago = 0,
    source = 'argocd',
    environmentName = 'prod',
  }: { times: number; ago?: number; source?: string; environmentName?: string },
) {
  const events = Array.from({ length: times }, () => {
    told += 1;
    return {
      statement: {
        key: `note:${told}`,
        source,
        occurredAt: new Date(now.getTime() - ago - 60_000).toISOString(),
        clock: 'source' as const,
        phase: 'happened' as const,
        kind: 'note' as const,
        title: 'Note',
        serviceName,
        environmentName,
      },
      identities: [{ type: 'note', value: String(told) }],
      mentions: [],
    };
  });
  const delivery = { replayed: '00000000-0000-7000-8000-000000000001' };
  await database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events, signals: [] }], { catalog: settings, now }));
}

async function homeOf(user: string): Promise<View> {
  const id = personOf(slack.workspace, user).id;
  const calls = slack.calls.length;
  await slack.event({ type: 'app_home_opened', user: id, tab: 'home', channel: 'D1', event_ts: '1.1' });
  return published(user, calls);
}

/** The next one after so many calls. */
async function published(user: string, calls: number): Promise<View> {
  const id = personOf(slack.workspace, user).id;
  for (let tries = 0; tries < 500; tries += 1) {
    const call = slack.calls
      .slice(calls)
      .find(({ method, args }) => method === 'views.publish' && args['user_id'] === id);
    if (call !== undefined) {
      expect(call.response).toMatchObject({ ok: true });
      const home = slack.workspace.homes.get(id);
      if (home !== undefined) return home;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nothing was shown to ${user}`);
}

interface Press {
  readonly user: string;
  readonly action: string;
  readonly name: string;
  readonly values?: readonly string[];
}

async function press(view: View, { user, action, name, values = [] }: Press): Promise<View> {
  const calls = slack.calls.length;
  await slack.click({ view }, { user, action, blockId: name, values });
  return published(user, calls);
}

function wordsOf(view: View): string {
  return view.blocks
    .map((block) => (isObject(block['text']) ? textOf(block['text']['text']) : JSON.stringify(block['elements'] ?? '')))
    .join('\n');
}

async function aliases() {
  return (await listAliases(database.db)).map(({ what, alias, name }) => `${what} ${alias} is ${name}`);
}

const v2 = 'names:service:checkout-api-v2';

describe('names that match nothing', () => {
  it('are those of the last 30 days that are neither in the settings nor aliases', async () => {
    const { service: services, environment } = await unmatchedNames(database.db, settings, now);

    const lastSeen = new Date(now.getTime() - 60_000);
    expect(services).toEqual({
      known: ['checkout', 'ledger'],
      more: 0,
      names: [
        {
          what: 'service',
          name: 'checkout-api-v2',
          changes: 4,
          lastSeen,
          sources: ['argocd', 'github'],
          suggestion: 'checkout',
        },
        { what: 'service', name: 'mailer', changes: 2, lastSeen, sources: ['argocd'], suggestion: null },
      ],
    });
    expect(environment.names).toMatchObject([{ name: 'prod-eu', changes: 2, suggestion: 'production' }]);
  });

  it('are none where no names are known', async () => {
    const nothing = { environments: new Map(), services: [], configPaths: [] };

    expect(await unmatchedNames(database.db, nothing, now)).toEqual({
      service: { names: [], more: 0, known: [] },
      environment: { names: [], more: 0, known: [] },
    });
  });
});

describe('the Home tab', () => {
  it('shows them to administrators, with what each may be', async () => {
    const home = await homeOf('ada');

    expect(wordsOf(home)).toContain('Names that match nothing');
    expect(wordsOf(home)).toContain('*checkout-api-v2*  service · 4 changes');
    expect(wordsOf(home)).toContain('told by Argo CD, GitHub');
    const controls = controlsOf(home.blocks).filter(({ blockId }) => blockId === v2);
    expect(controls.map(({ element }) => element['action_id'])).toEqual([
      'names_suggested',
      'names_chosen',
      'names_own',
    ]);
  });

  it.each(['grace', 'guest'])('shows none of them to %s', async (user) => {
    expect(wordsOf(await homeOf(user))).not.toMatch(/match nothing|mailer/);
  });

  it('says that nothing is named where the settings name no services', async () => {
    await startWith([]);

    expect(wordsOf(await homeOf('ada'))).toContain('The settings name no services');
  });
});

describe('an administrator', () => {
  it('says what a name is with one press, and may take it back', async () => {
    const after = await press(await homeOf('ada'), { user: 'ada', action: 'names_suggested', name: v2 });

    expect(await aliases()).toEqual(['service checkout-api-v2 is checkout']);
    expect(wordsOf(after)).toContain('*checkout-api-v2* is *checkout* from now on.');
    expect(wordsOf(after)).not.toContain('4 changes');
    const { rows } = await sql`select from graphile_worker.jobs where task_identifier = 'apply-alias'`.execute(
      database.db,
    );
    expect(rows).toHaveLength(1);

    const undone = await press(after, { user: 'ada', action: 'names_undo', name: v2 });
    expect(await aliases()).toEqual([]);
    expect(wordsOf(undone)).toContain('Undone: *checkout-api-v2* is no longer *checkout*.');
    expect(wordsOf(undone)).toContain('4 changes');
  });

  it('chooses from the services that are known', async () => {
    await press(await homeOf('ada'), { user: 'ada', action: 'names_chosen', name: v2, values: ['ledger'] });

    expect(await aliases()).toEqual(['service checkout-api-v2 is ledger']);
  });

  it('is offered what was typed, where the services are too many for a menu', async () => {
    await startWith(Array.from({ length: 250 }, (_, n) => service(`svc-${n}`)));
    const home = await homeOf('ada');
    const asked = { action: 'names_chosen', blockId: v2, query: 'C-24' };

    const offered = await slack.suggest({ view: home }, { user: 'ada', ...asked });

    expect(offered.map((option) => option['value'])).toEqual(
      [24, ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => 240 + n)].map((n) => `svc-${n}`),
    );
    expect(await slack.suggest({ view: home }, { user: 'grace', ...asked })).toEqual([]);
    await press(home, { user: 'ada', action: 'names_chosen', name: v2, values: ['svc-24'] });
    expect(await aliases()).toEqual(['service checkout-api-v2 is svc-24']);
  });

  it('says that a name is one of its own, and it is no longer listed', async () => {
    const after = await press(await homeOf('ada'), { user: 'ada', action: 'names_own', name: 'names:service:mailer' });

    expect(await aliases()).toEqual(['service mailer is mailer']);
    expect(wordsOf(after)).toContain('*mailer* is a service of its own from now on.');
    expect(wordsOf(after)).not.toContain('*mailer*  service');
  });

  it('says what an environment is', async () => {
    await press(await homeOf('ada'), { user: 'ada', action: 'names_suggested', name: 'names:environment:prod-eu' });

    expect(await aliases()).toEqual(['environment prod-eu is production']);
  });

  it('who presses again, or presses what another has said meanwhile, changes nothing', async () => {
    const [hers, also] = [await homeOf('ada'), await homeOf('barbara')];
    await press(hers, { user: 'ada', action: 'names_suggested', name: v2 });
    const again = await press(hers, { user: 'ada', action: 'names_suggested', name: v2 });
    const late = await press(also, { user: 'barbara', action: 'names_own', name: v2 });

    expect(await aliases()).toEqual(['service checkout-api-v2 is checkout']);
    expect(wordsOf(again)).toContain('*checkout-api-v2* is *checkout* already.');
    expect(wordsOf(late)).toContain(`already: <@${personOf(slack.workspace, 'ada').id}> said so.`);
  });

  it('who takes back what somebody has changed meanwhile changes nothing', async () => {
    const after = await press(await homeOf('ada'), { user: 'ada', action: 'names_suggested', name: v2 });
    const changed = {
      what: 'service' as const,
      alias: 'checkout-api-v2',
      name: 'ledger',
      by: 'cli',
      now,
      replace: true,
    };
    await database.db.transaction().execute((trx) => addAlias(trx, settings, changed));

    const undone = await press(after, { user: 'ada', action: 'names_undo', name: v2 });

    expect(await aliases()).toEqual(['service checkout-api-v2 is ledger']);
    expect(wordsOf(undone)).toContain('nothing was undone');
  });
});

it('a press that cannot be served is answered with an apology', async () => {
  const home = await homeOf('ada');
  await sql`alter table aliases rename to elsewhere`.execute(database.db);

  const after = await press(home, { user: 'ada', action: 'names_suggested', name: v2 });

  await sql`alter table elsewhere rename to aliases`.execute(database.db);
  expect(wordsOf(after)).toContain('Something went wrong on my side');
});

it.each([
  ['grace', 'Only administrators of this workspace say which names mean the same.'],
  ['guest', 'I only answer full members of this workspace.'],
])('%s is refused clearly, also with a press that was made up', async (user, words) => {
  const forged = await homeOf('ada');

  for (const action of ['names_suggested', 'names_own']) {
    expect(wordsOf(await press(forged, { user, action, name: v2 }))).toContain(words);
  }
  expect(await aliases()).toEqual([]);
});

describe('whatever names come from outside', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
    fc.constantFrom('<!channel>', '*bold* `code`', '&lt;@U1&gt;', 'x'.repeat(200), '"'.repeat(200), '<'.repeat(200)),
  );

  it('the blocks keep Slack’s limits and mention nobody', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hostile, { minLength: 1, maxLength: 150 }), (names) => {
        const all = { known: names, more: 3 };
        const listed = (what: 'service' | 'environment') =>
          names.map((name) => ({
            what,
            name,
            changes: 7,
            lastSeen: now,
            sources: names.slice(0, 9),
            suggestion: name,
          }));
        const unmatched = {
          service: { ...all, names: listed('service') },
          environment: { ...all, names: listed('environment') },
        };
        const [name = ''] = names;
        const blocks = [
          ...renderSaid({ outcome: 'added', alias: { what: 'environment', alias: name, name } }).map((block) => ({
            ...block,
            block_id: 'said',
          })),
          ...renderUnmatched(unmatched, now),
        ].filter((block) => block.type !== 'divider');
        expect(blockKitProblems({ type: 'home', blocks })).toEqual([]);
        const texts = blocks.flatMap((block) => (block.type === 'section' ? (block.text?.text ?? '') : []));
        expect(texts.join('\n')).not.toMatch(/<(?!!date\^)/);
      }),
      { numRuns: 60 },
    );
  });
});

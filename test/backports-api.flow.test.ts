import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixed, program } from './backports.ts';
import { type TestService, githubSecret, startTestService } from './test-service.ts';
import { type WorkTree, makeWorkTree } from './work-tree.ts';

const settings = `
environments: { production: { aliases: [prod] }, staging: , test: }
parity: [{ reference: production, mirror: staging }]
services:
  checkout: { repository: acme/checkout, branches: { production: release, staging: main } }
freezes: [{ name: sale, from: 2026-11-26T00:00Z, to: 2026-11-27T00:00Z, environments: [production] }]
release_window: { days: [mon, tue, wed, thu, fri], from: '09:00', to: '17:00', timezone: UTC }
`;
/** Friday; a test may turn it. */
let now = new Date('2026-11-20T16:00:00Z');
let folder: string;
let repo: WorkTree;
let service: TestService;
let begin: string;
let hotfix: string;
let other: string;
let incident: string;

type Json = Readonly<Record<string, unknown>>;

async function call(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${service.url}${path}`, {
    headers: {
      authorization: `Bearer ${body === undefined ? service.tokens.read : service.tokens.ingest}`,
      ...headers,
    },
    ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

async function deploy(environment: string, commit: string, at: string, to = commit.slice(0, 7)): Promise<void> {
  const { status } = await call('/api/changes', {
    kind: 'deploy',
    title: `Deploy ${to} to ${environment}`,
    environment,
    service: 'checkout',
    repository: 'acme/checkout',
    commit,
    to,
    status: 'succeeded',
    occurred_at: at,
  });
  expect(status).toBe(202);
}

/** A push as GitHub tells it. */
async function push(branch: string, before: string, after: string): Promise<void> {
  const body = JSON.stringify({
    ref: `refs/heads/${branch}`,
    before,
    after,
    created: false,
    deleted: false,
    forced: false,
    compare: `https://github.com/acme/checkout/compare/${before}...${after}`,
    repository: { full_name: 'acme/checkout', default_branch: 'main', html_url: 'https://github.com/acme/checkout' },
    pusher: { name: 'ada' },
    sender: { login: 'ada' },
    head_commit: {
      id: after,
      message: 'Pushed',
      timestamp: now.toISOString(),
      url: 'https://github.com/x',
      author: { name: 'Ada' },
    },
    commits: [
      {
        id: after,
        message: 'Pushed',
        timestamp: now.toISOString(),
        url: 'https://github.com/x',
        author: { name: 'Ada' },
        added: [],
        removed: [],
        modified: [],
      },
    ],
  });
  const { status } = await call('/ingest/github', body, {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', githubSecret).update(body).digest('hex')}`,
  });
  expect(status).toBe(202);
}

async function backports(query = ''): Promise<readonly Json[]> {
  const { body } = await call(`/api/backports${query}`);
  return body['backports'] as readonly Json[];
}

async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (tries === 150) throw new Error(`it did not come to be: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

const stateOf = (title: string) => async () => (await backports()).find((each) => each['title'] === title)?.['state'];

function gate(version: string, more: Readonly<Record<string, string>> = {}) {
  const query = new URLSearchParams({ service: 'checkout', environment: 'prod', version, ...more });
  return call(`/api/gate?${query.toString()}`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-backports-api-'));
  mkdirSync(join(folder, 'origin', 'acme'), { recursive: true });
  repo = makeWorkTree(join(folder, 'origin', 'acme', 'checkout.git'));
  begin = repo.commit('Begin', { 'src/checkout.ts': program });
  repo.git('branch', 'release');
  other = repo.commit('Work goes on', { 'README.md': 'checkout\n' });
  service = await startTestService({
    settings,
    now: () => now,
    environment: { GIT_BASE_URL: pathToFileURL(join(folder, 'origin')).href, DATA_DIR: join(folder, 'data') },
  });
  await deploy('staging', begin, '2026-11-17T08:30:00Z', 'v1.0');
  await deploy('production', begin, '2026-11-17T09:00:00Z', 'v1.0');
  await deploy('staging', other, '2026-11-17T10:00:00Z', 'v1.1');
  const opened = await call('/api/incidents', {
    title: 'Nobody can pay',
    started_at: '2026-11-17T11:00:00Z',
    services: ['checkout'],
    environment: 'production',
  });
  incident = String(opened.body['reference']);
  repo.git('checkout', '--quiet', 'release');
  hotfix = repo.commit('Retry payment calls (#812)', { 'src/checkout.ts': fixed });
  repo.git('checkout', '--quiet', 'main');
  await push('release', begin, hotfix);
  await until(stateOf('Retry payment calls (#812)'), (state) => state === 'open');
  await deploy('production', hotfix, '2026-11-17T12:00:00Z', 'v1.0.1');
  await until(backports, ([only]) => only?.['opened_at'] === '2026-11-17T12:00:00.000Z');
}, 60_000);
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('GET /api/backports', () => {
  it('gives what production has and staging lacks, with the names of the contract', async () => {
    const [only, ...others] = await backports();

    expect(others).toEqual([]);
    expect(only).toMatchObject({
      state: 'open',
      service: 'checkout',
      title: 'Retry payment calls (#812)',
      owner: 'Ada',
      commits: [hotfix],
      evidence: null,
      pull_request: 812,
      reference: 'production',
      mirror: 'staging',
      imported: false,
      incident,
      why: 'was deployed to production from release, and staging never had it',
    });
    expect(typeof only?.['id']).toBe('string');
  });

  it('tells by itself what picking it would come to, and that nobody asked for its pull request', async () => {
    const [only] = await until(backports, ([each]) => each?.['pick'] !== null);

    expect(only).toMatchObject({ pull: null, pick: { outcome: 'clean', base: 'main' } });
    // Nothing gives access to a host where it could be opened.
    expect(only?.['by_hand']).toEqual([
      'git fetch origin',
      expect.stringMatching(/^git switch -c backport\/\d+-[a-z-]+ origin\/main$/),
      expect.stringMatching(/^git cherry-pick -x [0-9a-f]{40}$/),
      expect.stringMatching(/^git push -u origin backport\/\d+-[a-z-]+$/),
    ]);
  });

  it.each([
    ['?state=open', 1],
    ['?state=open&state=landed', 1],
    ['?state=live', 0],
    ['?service=Checkout', 1],
    ['?service=ledger', 0],
    ['?limit=1', 1],
  ])('%s is %i', async (query, count) => {
    expect(await backports(query)).toHaveLength(count);
  });

  it.each([
    ['?state=missing', 'state: '],
    ['?limit=0', 'limit: '],
    ['?service=', 'service: is no name'],
    ['?service=%00', 'service: is no name'],
  ])('%s is refused', async (query, error) => {
    const { status, body } = await call(`/api/backports${query}`);

    expect(status).toBe(400);
    expect(body['error']).toContain(error);
  });

  it.each(['/api/backports', '/api/gate?service=a&environment=b&version=c'])(
    '%s needs a token that may read',
    async (path) => {
      const none = await fetch(`${service.url}${path}`);
      const wrong = await fetch(`${service.url}${path}`, {
        headers: { authorization: `Bearer ${service.tokens.ingest}` },
      });

      expect([none.status, wrong.status]).toEqual([401, 403]);
    },
  );
});

describe('GET /api/gate', () => {
  it('forbids a version that would revert a fix, and says which, since when and from what', async () => {
    const { body } = await gate(other);

    expect(body).toMatchObject({ pass: false, unknown: false, commit: other });
    expect(body['reasons']).toEqual([`would revert #812 Retry payment calls from ${incident}, live since Tuesday`]);
  });

  it.each([
    ['the version that runs', () => 'v1.0.1'],
    ['its commit', () => hotfix],
    ['its commit, shortened', () => hotfix.slice(0, 8)],
  ])('lets %s pass', async (_, version) => {
    expect((await gate(version())).body).toMatchObject({ pass: true, reasons: [], unknown: false });
  });

  it('forbids to go back behind a fix, also where nothing else speaks against it', async () => {
    const { body } = await gate('v1.0');

    expect(body).toMatchObject({ pass: false, commit: begin });
    expect(body['reasons']).toEqual([expect.stringContaining('would revert #812')]);
  });

  it('forbids what has never been in staging', async () => {
    repo.git('checkout', '--quiet', '-b', 'next', 'release');
    const next = repo.commit('Next', { 'NEXT.md': 'next\n' });
    repo.git('tag', 'v2.0', next);
    repo.git('checkout', '--quiet', 'main');
    const { body } = await gate('2.0');

    expect(body).toMatchObject({ pass: false, commit: next, reasons: ['it has never been in staging'] });
  });

  it('warns of a migration that takes away what its own code still names', async () => {
    repo.git('checkout', '--quiet', '-b', 'contract', 'release');
    const next = repo.commit('Contract', {
      'migrations/0002_contract.sql': 'alter table orders drop column total;\n',
      'src/order.ts': 'export const sum = "select total from orders";\n',
    });
    repo.git('tag', 'v3.0', next);
    repo.git('checkout', '--quiet', 'main');
    const { body } = await gate('3.0');

    expect(body['warnings']).toEqual([expect.stringMatching(/drops orders\.total, which src\/order\.ts still uses/)]);
  });

  it.each([
    ['2026-11-26T10:00:00Z', 'the freeze sale is on'],
    ['2026-11-21T10:00:00Z', 'it is outside the release window'],
    ['2026-11-20T20:00:00Z', 'it is outside the release window'],
  ])('at %s says that %s', async (at, reason) => {
    const before = now;
    now = new Date(at);
    const [fresh, back] = [await gate(other), await gate('v1.0.1')];
    now = before;

    expect(fresh.body['reasons']).toContain(reason);
    // What has run there may be gone back to at any time.
    expect(back.body).toMatchObject({ pass: true });
  });

  it('does not deny a freeze to who goes back', async () => {
    const before = now;
    now = new Date('2026-11-26T10:00:00Z');
    const { body } = await gate('v1.0.1');
    now = before;

    expect(body['checks']).toContainEqual({
      rule: 'freeze',
      outcome: 'passes',
      text: 'the freeze sale is on, and going back to what ran before is free',
    });
  });

  const never = 'it has never been in staging';
  it.each<[string, Readonly<Record<string, string>>, string, readonly string[]]>([
    ['a version that is not there', { version: 'v9' }, 'acme/checkout has no version v9', [never]],
    ['a commit that is not there', { version: 'a'.repeat(40) }, 'acme/checkout has no commit aaaaaaa', [never]],
    ['an option', { version: '--all' }, 'acme/checkout has no version --all', [never]],
    ['more than a name', { version: 'main@{1}' }, 'acme/checkout has no version main@{1}', [never]],
    ['a service that nobody knows', { service: 'nobody' }, 'nothing is known of the service nobody', []],
    [
      'a place where nothing runs',
      { environment: 'test' },
      'no deploy of checkout to test is known whose commit is',
      [],
    ],
  ])('says of %s that it is not known, which forbids nothing', async (_, more, why, others) => {
    const { status, body } = await gate(other, more);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      pass: others.length === 0,
      unknown: true,
      reasons: [`whether it would revert a fix is not known: ${why}`, ...others],
    });
  });

  it.each([
    ['/api/gate', 'service: '],
    ['/api/gate?service=checkout&environment=prod', 'version: '],
    ['/api/gate?service=checkout&environment=prod&version=a&version=b', 'version: '],
  ])('%s is refused', async (path, error) => {
    const { status, body } = await call(path);

    expect(status).toBe(400);
    expect(body['error']).toContain(error);
  });
});

describe('an override of the gate', () => {
  const override = (body: object) => call('/api/gate/overrides', body);
  const asked = {
    service: 'checkout',
    environment: 'prod',
    version: 'v1.2.0',
    reason: 'hotfix for INC-42',
    by: 'grace',
  };

  it('makes it pass with the reason named, for that version and four hours', async () => {
    const before = now;
    now = new Date('2026-11-26T10:00:00Z');
    const shut = (await gate('v1.2.0')).body;
    const { status, body } = await override(asked);
    const open = (await gate('1.2.0')).body;
    const other = (await gate('v1.3.0')).body;
    now = new Date('2026-11-26T14:00:01Z');
    const late = (await gate('v1.2.0')).body;
    now = before;

    expect(shut).toMatchObject({ pass: false, reasons: expect.arrayContaining(['the freeze sale is on']) });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      environment: 'production',
      reason: 'hotfix for INC-42',
      by: 'grace',
      valid_until: '2026-11-26T14:00:00.000Z',
    });
    expect(open).toMatchObject({
      pass: true,
      reasons: expect.arrayContaining(['the freeze sale is on, overridden: hotfix for INC-42 (grace)']),
    });
    expect(other['pass']).toBe(false);
    expect(late['pass']).toBe(false);
  });

  it('does not pass what would take back a fix', async () => {
    expect((await override({ ...asked, version: 'v1.1' })).status).toBe(201);
    expect((await gate('v1.1')).body).toMatchObject({ pass: false });
  });

  it.each<[string, object, string]>([
    ['no reason', { ...asked, reason: undefined }, 'reason: is missing'],
    ['a reason that says nothing', { ...asked, reason: ' .. ' }, 'reason: says nothing'],
    ['a reason without end', { ...asked, reason: 'x'.repeat(1001) }, 'reason: is longer than 1000'],
    ['no version', { ...asked, version: undefined }, 'version: '],
    ['a word that is misspelt', { ...asked, until: '1d' }, 'until'],
  ])('with %s is refused', async (_, body, error) => {
    const refused = await override(body);

    expect(refused.status).toBe(400);
    expect(String(refused.body['error'])).toContain(error);
  });

  it('takes a token that may write', async () => {
    const { status } = await call('/api/gate/overrides', asked, { authorization: `Bearer ${service.tokens.read}` });

    expect(status).toBe(403);
  });
});

it('is landed when a push brings it to staging’s branch, and live when staging runs it; then the gate opens', async () => {
  const before = repo.head();
  const home = repo.commit('Backport of retries (#812)', { 'src/checkout.ts': fixed, 'docs/retries.md': 'Retries.\n' });
  await push('main', before, home);
  await until(stateOf('Retry payment calls (#812)'), (state) => state === 'landed');
  const [landed] = await backports();
  await deploy('staging', home, '2026-11-20T15:00:00Z', 'v1.2');
  await until(stateOf('Retry payment calls (#812)'), (state) => state === 'live');

  expect(landed).toMatchObject({
    evidence: { method: 'named', by: home, containment: 1, at: now.toISOString(), missing_files: [] },
  });
  expect((await gate(home)).body).toMatchObject({ pass: true, reasons: [], unknown: false });
  expect((await gate('v1.1')).body).toMatchObject({
    pass: false,
    reasons: [`would revert #812 Retry payment calls from ${incident}, live since Tuesday`],
  });
});

it('a fix that is merged and not deployed yet cannot be reverted by a deploy', async () => {
  repo.git('checkout', '--quiet', 'release');
  const before = repo.head();
  const cap = repo.commit('Cap batch size (#9)', { 'src/batch.ts': 'export const most = 100;\n' });
  await push('release', before, cap);
  await until(stateOf('Cap batch size (#9)'), (state) => state === 'open');

  expect((await gate(cap)).body).toMatchObject({
    warnings: [`${cap.slice(0, 7)}: pushed straight to the branch, no pull request`],
  });

  expect((await gate('v1.0.1')).body).toMatchObject({ pass: true, reasons: [] });
});

it('a deploy that begins without the fix is known to revert it, wherever it is shown', async () => {
  const { status } = await call('/api/changes', {
    kind: 'deploy',
    title: 'Deploy v1.1 to production',
    environment: 'production',
    service: 'checkout',
    repository: 'acme/checkout',
    to: 'v1.1',
    status: 'started',
    occurred_at: '2026-11-20T15:55:00Z',
  });
  expect(status).toBe(202);
  const risks = async () => {
    const { body } = await call('/api/changes?since=1h&environment=production&kind=deploy&kind=rollback');
    const [change] = body['changes'] as readonly { readonly risks: readonly { readonly text: string }[] }[];
    return change?.risks.map(({ text }) => text) ?? [];
  };
  const words = `fix #812 from ${incident}, live since Tuesday`;

  expect(await until(risks, (told) => told.some((text) => text.includes(words)))).toContain(`reverts ${words}`);
});

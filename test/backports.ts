import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inject } from 'vitest';
import { listBackports } from '../src/backports/list.ts';
import { openBackports } from '../src/backports/open.ts';
import type { BackportDependencies } from '../src/backports/place.ts';
import { settleBackports } from '../src/backports/settle.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import type { PullRequest, Statement } from '../src/domain/event.ts';
import type { GitOrigin } from '../src/git/run-git.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, emptyTables } from './database.ts';
import { type WorkTree, makeWorkTree } from './work-tree.ts';

export const repository = 'acme/checkout';
/** When everything here is looked at. */
export const now = new Date('2026-11-20T16:00:00Z');

/** Production runs `release`, staging `main`. */
export const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['staging', 'staging'],
  ]),
  services: [
    {
      name: 'checkout',
      aliases: [],
      repository,
      paths: [],
      configPaths: null,
      branches: { production: 'release', staging: 'main' },
      dependsOn: [],
      owners: [],
    },
  ],
  configPaths: [],
};

/** Enough of a program that a fix is one of many things in it. */
const lines = (name: string) => Array.from({ length: 30 }, (_, at) => `const ${name}${at} = make${name}(${at * 7});`);
export const program = `${lines('basket').join('\n')}\n${lines('payment').join('\n')}\n`;
export const fixed = program
  .replace('const payment3 = makepayment(21);', 'const payment3 = retry(makepayment, 21, { attempts: 3 });')
  .replace('const payment9 = makepayment(63);', 'const payment9 = retry(makepayment, 63, { backoff: "2s" });')
  .replace('const payment20 = makepayment(140);', 'const payment20 = cancelAfter(makepayment(140), timeoutSeconds);');

export interface Story {
  /** On `main`, which has gone on since `release` began. */
  readonly repo: WorkTree;
  readonly git: GitOrigin;
  readonly dependencies: BackportDependencies;
  /** What `release` began with. */
  readonly begin: string;
  /** A commit on a branch; `main` is checked out afterwards. */
  on(branch: string, message: string, files: Parameters<WorkTree['commit']>[1]): string;
  deploy(minute: number, environment: string, commit: string, fields?: Partial<Statement>): Promise<string>;
  merge(minute: number, branch: string, commit: string, fields?: Partial<Statement>): Promise<string>;
  /** What the job does with a change. */
  open(changeId: string): Promise<void>;
  /** What the job does with the repository. */
  settle(): Promise<void>;
  list(): ReturnType<typeof listBackports>;
}

/** A repository whose `release` runs in production and whose `main` runs in staging, and a timeline that is empty. */
export async function startStory({ db }: TestDatabase): Promise<Story> {
  await emptyTables(
    db,
    `changes, identities, mentions, delivery_keys, incidents, backports, backport_commits, backport_runs,
    backport_pulls, backport_picks, merge_rights, commit_fingerprints`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'sincewhen-ledger-'));
  mkdirSync(join(folder, 'origin', 'acme'), { recursive: true });
  template ??= beginning();
  const { begin } = template;
  const repo = makeWorkTree(join(folder, 'origin', `${repository}.git`), template.repo);
  const git = { baseUrl: pathToFileURL(join(folder, 'origin')).href, token: null, folder: join(folder, 'mirrors') };
  const dependencies: BackportDependencies = {
    db,
    catalog,
    git,
    mirrors: new Map([['production', ['staging']]]),
    now: () => now,
  };
  folders.push(folder);
  return {
    repo,
    git,
    dependencies,
    begin,
    on(branch, message, files) {
      repo.git('checkout', '--quiet', branch);
      const commit = repo.commit(message, files);
      repo.git('checkout', '--quiet', 'main');
      return commit;
    },
    deploy: (minute, environmentName, commit, fields = {}) =>
      write(db, minute, {
        kind: 'deploy',
        phase: 'succeeded',
        environmentName,
        to: commit.slice(0, 7),
        commit,
        ...fields,
      }),
    merge: (minute, branch, commit, fields = {}) =>
      write(db, minute, {
        kind: 'merge',
        phase: 'happened',
        title: 'Merged',
        branch,
        commit,
        traits: ['push'],
        ...fields,
      }),
    open: (changeId) => openBackports(dependencies, changeId),
    settle: () => settleBackports(dependencies, repository),
    list: () => listBackports(db, { limit: 100 }),
  };
}

/** What every story begins with, made once: a copy takes none of the processes of git that it takes to make it. */
let template: ReturnType<typeof beginning> | undefined;

function beginning() {
  const repo = makeWorkTree(mkdtempSync(join(inject('temporaryFolder'), 'story-')));
  const begin = repo.commit('Begin', { 'src/checkout.ts': program, 'src/ledger.ts': lines('ledger').join('\n') });
  repo.git('branch', 'release');
  repo.commit('Work goes on', { 'README.md': 'checkout\n' });
  return { repo, begin };
}

const folders: string[] = [];

export function endStories(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

let count = 0;

async function write(db: TestDatabase['db'], minute: number, fields: Partial<Statement>): Promise<string> {
  count += 1;
  const statement: Statement = {
    key: `told:${count}`,
    source: 'github',
    occurredAt: `2026-11-20T14:${String(minute).padStart(2, '0')}:00.000Z`,
    clock: 'source',
    phase: 'succeeded',
    repository,
    serviceName: 'checkout',
    ...fields,
  };
  const identity =
    fields.kind === 'merge'
      ? { type: 'branch-commit', value: `${repository}@${fields.commit}#${fields.branch}` }
      : { type: 'deployment', value: `${repository}#${count}` };
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const event = { statement, identities: [identity], mentions: [] };
  const { recorded } = await db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events: [event], signals: [] }], { catalog, now }));
  return recorded[0]?.changeIds[0] ?? '';
}

export function pullRequest(number: number, title: string, login: string): PullRequest {
  return { repository, number, title, author: { login }, url: `https://github.com/${repository}/pull/${number}` };
}

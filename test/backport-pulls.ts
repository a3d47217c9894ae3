import { once } from 'node:events';
import { createServer } from 'node:http';
import { Octokit } from '@octokit/core';
import { type GitHub, startGitHub } from '../playground/github.ts';
import type { Role } from '../playground/github/roles.ts';
import type { Repository } from '../playground/repositories.ts';
import { type Login, developers } from '../playground/story/day.ts';
import { type FollowDependencies, followPull } from '../src/backports/pulls/follow.ts';
import { gitHubPulls } from '../src/backports/pulls/github.ts';
import { pullJobs } from '../src/backports/pulls/jobs.ts';
import { makePull } from '../src/backports/pulls/make.ts';
import { directoryFrom } from '../src/domain/people/directory.ts';
import { github as source } from '../src/sources/github.ts';
import { record } from '../src/timeline/record.ts';
import { type Story, now, repository } from './backports.ts';
import { readSource } from './read-source.ts';

export interface PullStory {
  readonly github: GitHub;
  readonly dependencies: FollowDependencies;
  /** What people may do at the emulated GitHub, other than to write. */
  readonly roles: Map<Login, Role>;
  /** What the job does. */
  make(id: string): Promise<void>;
  /** Asks the emulated GitHub, as somebody. */
  ask(
    method: string,
    path: string,
    body?: object,
    login?: string,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Records what GitHub has told since the last time, and does the jobs that that sets off. */
  hear(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const token = 'ghp_of_a_test';

/** Everybody is called the same everywhere. */
const directory = directoryFrom(
  Object.keys(developers).map((name) => ({
    name,
    names: [name],
    slack: `U${name.toUpperCase()}`,
    identities: [name],
    gitHub: [name],
  })),
  new Map([['checkout', { owners: ['@edsger', '@payments-team'], lead: '@grace' }]]),
);

/** The emulated GitHub over the story's repository. */
export async function startPullStory(story: Story): Promise<PullStory> {
  const folder = story.repo.gitDir.replace(/\/\.git$/, '');
  const kept: Repository = {
    name: 'checkout',
    fullName: repository,
    folder,
    commits: [],
    tags: new Map(),
    heads: new Map([[812, '']]),
  };
  const roles = new Map<Login, Role>();
  const github = await startGitHub({
    roles,
    repositories: new Map([['checkout', kept]]),
    webhookSecret: 'secret',
    token,
    now: () => new Date(now.getTime() + (ticks += 1000)),
  });
  let ticks = 0;
  const told: { readonly event: string; readonly body: unknown }[] = [];
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    told.push({
      event: String(request.headers['x-github-event']),
      body: JSON.parse(Buffer.concat(chunks).toString()) as unknown,
    });
    response.writeHead(202).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  github.connect(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`);
  const dependencies: FollowDependencies = {
    ...story.dependencies,
    directoryOf: () => Promise.resolve(directory),
    host: { outcome: 'host', host: gitHubPulls(new Octokit({ baseUrl: github.apiUrl, auth: token })) },
    pushToken: null,
    publicUrl: 'https://sincewhen.acme.example/',
  };
  let count = 0;
  return {
    github,
    roles,
    dependencies,
    make: (id) => makePull(dependencies, id),
    async ask(method, path, body, login = 'ada') {
      const response = await fetch(`${github.apiUrl}/repos/${repository}/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'x-acting-login': login },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as unknown };
    },
    async hear() {
      // Answered before it is told, as GitHub does.
      for (let quiet = 0, before = -1; quiet < 3; before = told.length) {
        await new Promise((resolve) => setTimeout(resolve, 15));
        quiet = told.length === before ? quiet + 1 : 0;
      }
      const followed: string[] = [];
      for (const { event, body } of told.splice(0)) {
        const headers = { 'x-github-event': event, 'content-type': 'application/json' };
        const parsed = readSource(source, body, { headers, catalog: dependencies.catalog });
        if (parsed.outcome !== 'events') continue;
        count += 1;
        const delivery = { replayed: `00000000-0000-7000-9000-${String(count).padStart(12, '0')}` };
        const recording = { delivery, events: parsed.events, signals: [] };
        const { touched } = await dependencies.db
          .transaction()
          .execute((trx) => record(trx, [recording], { catalog: dependencies.catalog, now }));
        for (const job of pullJobs(touched)) {
          if (job.name !== 'follow-backport-pull') continue;
          followed.push(`#${job.payload.number}`);
          await followPull(dependencies, job.payload);
        }
      }
      return followed;
    },
    async close() {
      receiver.close();
      await github.close();
    },
  };
}

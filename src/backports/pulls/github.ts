import { z } from 'zod';
import { namedIn, speaksOfBackport } from '../../domain/backports/brings-home.ts';
import type { Review } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import type { HostPull, Hosted, NewPull, PullHost } from './host.ts';

/** As much of Octokit as is used here. */
interface Requests {
  request(route: string, parameters: Readonly<Record<string, string | number>>): Promise<{ readonly data: unknown }>;
}

const text = (limit: number) =>
  z
    .string()
    .nullish()
    .transform((value) => outsideText(value, limit) ?? null);

const Login = z.object({ login: z.string().max(100) });

const Pull = z.object({
  number: z.number().int().positive(),
  title: text(500),
  body: z.string().nullish(),
  html_url: z.url().max(2000),
  state: z.enum(['open', 'closed']),
  draft: z.boolean().nullish(),
  merged: z.boolean().nullish(),
  merged_at: z.string().nullish(),
  user: Login.nullish(),
  requested_reviewers: z.array(Login).nullish(),
  requested_teams: z.array(z.object({ slug: z.string().max(100) })).nullish(),
  head: z.object({ ref: z.string().max(250), sha: z.string() }),
  base: z.object({ ref: z.string().max(250) }),
});

const verdicts: Readonly<Record<string, Review['verdict']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};

const Reviews = z.array(z.object({ state: z.string(), submitted_at: z.string().nullish(), user: Login.nullish() }));

/** GitHub tells every role as one of four: its `maintain` as `write`, an organisation's own as what it stands on. */
const merging: ReadonlySet<string> = new Set(['admin', 'maintain', 'write']);

const Permission = z.object({ permission: z.string() });

/** GitHub, with what may write there. */
export function gitHubPulls(api: Requests): PullHost {
  return {
    async find(repository, { branch, base }) {
      const { owner, repo } = placeOf(repository);
      const about = (parameters: Readonly<Record<string, string>>) =>
        asked(repository, async () => {
          const route = 'GET /repos/{owner}/{repo}/pulls';
          const order = { sort: 'updated', direction: 'desc', per_page: 100, state: 'all' };
          const { data } = await api.request(route, { owner, repo, ...order, ...parameters });
          return z.array(Pull).parse(data);
        });
      const own = await about({ head: `${owner}:${branch}` });
      const others = own.outcome === 'done' ? await about({ base }) : own;
      if (own.outcome === 'refused') return own;
      if (others.outcome === 'refused') return others;
      // Not every server that speaks as GitHub does heeds what is asked for.
      const first = own.value.filter(({ head }) => head.ref === branch);
      const all = new Map([...first, ...others.value].map((pull) => [pull.number, pull]));
      return { outcome: 'done', value: [...all.values()].map((pull) => pullOf(repository, pull)) };
    },
    async open(repository, { title, body, branch, base }: NewPull) {
      const opened = await asked<HostPull | null>(repository, async () => {
        const parameters = { ...placeOf(repository), title, body, head: branch, base };
        const { data } = await api.request('POST /repos/{owner}/{repo}/pulls', parameters);
        return pullOf(repository, Pull.parse(data));
      });
      const isThere = opened.outcome === 'refused' && /a pull request already exists/i.test(opened.why);
      return isThere ? { outcome: 'done', value: null } : opened;
    },
    async read(repository, number) {
      const parameters = { ...placeOf(repository), pull_number: number };
      const found = await asked(repository, async () => {
        const pull = Pull.parse((await api.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', parameters)).data);
        const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
        const reviews = Reviews.parse((await api.request(route, { ...parameters, per_page: 100 })).data);
        return { pull: pullOf(repository, pull), reviews: reviews.flatMap(reviewOf) };
      });
      return found.outcome === 'refused' && found.status === 404 ? { outcome: 'done', value: null } : found;
    },
    async mayMerge(repository, login) {
      const told = await asked(repository, async () => {
        const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
        const { data } = await api.request(route, { ...placeOf(repository), username: login });
        return merging.has(Permission.parse(data).permission);
      });
      // Whoever is nobody there, or is no user, merges nothing.
      return told.outcome === 'refused' && told.status === 404 ? { outcome: 'done', value: false } : told;
    },
  };
}

function placeOf(repository: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}

function pullOf(repository: string, pull: z.output<typeof Pull>): HostPull {
  const { number, title, body, html_url: url, head, base, user } = pull;
  const named = namedIn(repository, title, body);
  const teams = (pull.requested_teams ?? []).map(({ slug }) => `${placeOf(repository).owner}/${slug}`);
  const isMerged = pull.merged === true || (pull.merged_at ?? null) !== null;
  return {
    number,
    title: title ?? `Pull request ${number}`,
    url,
    author: user?.login ?? null,
    branch: head.ref,
    base: base.ref,
    head: head.sha,
    speaks: speaksOfBackport(title, body, head.ref),
    named,
    standing: {
      state: isMerged ? 'merged' : pull.state,
      draft: pull.draft === true,
      branch: head.ref,
      base: base.ref,
      asked: [...(pull.requested_reviewers ?? []).map(({ login }) => login), ...teams].slice(0, 50),
      named,
    },
  };
}

function reviewOf({ state, submitted_at: at, user }: z.output<typeof Reviews>[number]): readonly Review[] {
  const verdict = verdicts[state.toUpperCase()];
  return verdict === undefined || !at ? [] : [{ by: { login: user?.login ?? 'ghost' }, verdict, at }];
}

type Answered<T> = Hosted<T> & { readonly status?: number | null };

const Failure = z.object({
  status: z.number(),
  response: z
    .object({
      headers: z.record(z.string(), z.unknown()).nullish(),
      data: z
        .object({ message: z.string().nullish(), errors: z.array(z.unknown()).nullish() })
        .partial()
        .nullish()
        .catch(null),
    })
    .nullish(),
});

async function asked<T>(repository: string, work: () => Promise<T>): Promise<Answered<T>> {
  try {
    return { outcome: 'done', value: await work() };
  } catch (error) {
    if (error instanceof z.ZodError) {
      return { outcome: 'refused', why: 'GitHub answered what is no answer of its API', again: false };
    }
    const failure = Failure.safeParse(error);
    // Its requests fail with 500 when they could not even be sent.
    if (!failure.success || failure.data.status >= 500) {
      return { outcome: 'refused', why: 'GitHub could not be reached', again: true };
    }
    return { outcome: 'refused', status: failure.data.status, ...refusal(repository, failure.data) };
  }
}

function refusal(repository: string, { status, response }: z.output<typeof Failure>) {
  const headers = response?.headers ?? {};
  const said = [response?.data?.message, ...(response?.data?.errors ?? []).map(messageOf)]
    .map((each) => outsideText(each, 200))
    .filter((each) => each !== undefined)
    .join(': ');
  const limited = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
  if (status === 429 || (status === 403 && limited)) {
    return { why: 'GitHub asks us to wait: too much was asked of it', again: true };
  }
  if (status === 401) return { why: 'GitHub does not accept our credentials any more', again: false };
  const needs = 'it needs to see the repository, contents: write and pull_requests: write';
  if (status === 403)
    return { why: `GitHub does not let us open pull requests in ${repository}: ${needs}`, again: false };
  if (status === 404) return { why: `GitHub does not show us ${repository}: ${needs}`, again: false };
  return { why: `GitHub refused it (${said || status})`, again: false };
}

function messageOf(error: unknown): string | undefined {
  const read = z.object({ message: z.string() }).safeParse(error);
  return typeof error === 'string' ? error : read.data?.message;
}

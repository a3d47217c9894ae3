import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { z } from 'zod';
import type { GitHubAccess } from '../config/environment.ts';
import { Time } from './reading/fields.ts';
import type { Delivery } from './reading/source.ts';

/** A webhook that sends to us: `/app/hook`, `/orgs/acme/hooks/1`, `/repos/acme/checkout/hooks/1`. */
export interface Hook {
  readonly path: string;
}

/** A delivery that did not reach us, by GitHub's account. */
export interface Missed {
  readonly hook: Hook;
  /** Of this one attempt. */
  readonly id: string;
  /** `X-GitHub-Delivery`, in lower case: the same in every attempt and for every webhook that the event was for. */
  readonly key: string;
  readonly event: string;
  readonly deliveredAt: Date;
}

export interface FoundHooks {
  readonly hooks: readonly Hook[];
  /** Repositories whose webhooks we may not see, or that are gone. */
  readonly hidden: readonly string[];
}

/** GitHub's record of what it tried to deliver. Everything rejects when GitHub cannot be asked now. */
export interface GitHubDeliveries {
  hooks(repositories: readonly string[], signal: AbortSignal): Promise<FoundHooks>;
  /** Newest first; `all` is false when there may be more than the pages that were read. */
  missed(
    hook: Hook,
    since: Date,
    signal: AbortSignal,
  ): Promise<{ readonly missed: readonly Missed[]; readonly all: boolean }>;
  /** As it would have come, but for its signature and the exact bytes. Null when GitHub no longer has it. */
  delivery(missed: Missed, signal: AbortSignal): Promise<Delivery | null>;
}

export interface GitHubDeliveriesOptions {
  readonly access: GitHubAccess;
  readonly apiUrl: string;
  /** Where webhooks reach us; null when nobody said. */
  readonly publicUrl: string | null;
}

const perPage = 100;
const mostPages = 10;
/** Milliseconds for one answer. */
const patience = 15_000;

type Ask = (
  path: string,
  parameters: Readonly<Record<string, string | number>>,
) => Promise<{ data: unknown; link: string }>;

/** https://docs.github.com/rest/webhooks: failed deliveries are never sent again unless somebody asks. */
export function gitHubDeliveries({ access, apiUrl: baseUrl, publicUrl }: GitHubDeliveriesOptions): GitHubDeliveries {
  const octokit =
    access.kind === 'token'
      ? new Octokit({ baseUrl, auth: access.token })
      : new Octokit({
          baseUrl,
          authStrategy: createAppAuth,
          auth: { appId: access.appId, privateKey: access.privateKey },
        });
  const asking =
    (signal: AbortSignal): Ask =>
    async (path, parameters) => {
      const request = { signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]) };
      const { data, headers } = await octokit.request(`GET ${path}`, { ...parameters, request });
      return { data, link: headers.link ?? '' };
    };
  return {
    hooks: (repositories, signal) =>
      access.kind === 'app'
        ? Promise.resolve({ hooks: [{ path: '/app/hook' }], hidden: [] })
        : hooksOf(asking(signal), repositories, publicUrl),
    missed: (hook, since, signal) => missedBy(asking(signal), hook, since),
    delivery: (missed, signal) => deliveryOf(asking(signal), missed),
  };
}

const Hooks = z.array(z.object({ id: z.number(), config: z.object({ url: z.string().nullish() }).nullish() }));

/** One webhook of an organisation stands for all of its repositories. */
async function hooksOf(ask: Ask, repositories: readonly string[], publicUrl: string | null): Promise<FoundHooks> {
  const hooks: Hook[] = [];
  const hidden: string[] = [];
  const byOwner = Map.groupBy(new Set(repositories), (repository) => repository.split('/')[0] ?? '');
  for (const [owner, owned] of byOwner) {
    const whole = await oursAt(ask, `/orgs/${encodeURIComponent(owner)}/hooks`, publicUrl);
    if (whole !== null && whole.length > 0) {
      hooks.push(...whole);
      continue;
    }
    for (const repository of owned) {
      const path = repository.split('/').map(encodeURIComponent).join('/');
      const own = await oursAt(ask, `/repos/${path}/hooks`, publicUrl);
      if (own === null) hidden.push(repository);
      else hooks.push(...own);
    }
  }
  return { hooks, hidden };
}

/** Null when they may not be seen. */
async function oursAt(ask: Ask, path: string, publicUrl: string | null): Promise<readonly Hook[] | null> {
  const answer = await unlessRefused(ask(path, { per_page: perPage }));
  if (answer === null) return null;
  const listed = Hooks.parse(answer.data);
  return listed.filter(({ config }) => sendsToUs(config?.url, publicUrl)).map(({ id }) => ({ path: `${path}/${id}` }));
}

function sendsToUs(url: string | null | undefined, publicUrl: string | null): boolean {
  if (url === null || url === undefined) return true;
  if (!URL.canParse(url)) return false;
  const { host, pathname } = new URL(url);
  return /\/ingest\/github\/?$/.test(pathname) && (publicUrl === null || new URL(publicUrl).host === host);
}

const Attempts = z.array(
  z.object({
    id: z.union([z.number(), z.bigint()]).transform(String),
    guid: z.string(),
    delivered_at: Time,
    status_code: z.number(),
    event: z.string(),
  }),
);

async function missedBy(ask: Ask, hook: Hook, since: Date) {
  const missed: Missed[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const next: Record<string, string> = cursor === null ? {} : { cursor };
    const { data, link } = await ask(`${hook.path}/deliveries`, { per_page: perPage, status: 'failure', ...next });
    const attempts = Attempts.parse(data);
    for (const { id, guid, delivered_at: deliveredAt, status_code: status, event } of attempts) {
      // A GitHub Enterprise Server that does not know the filter lists them all.
      if (deliveredAt < since || (status >= 200 && status < 300)) continue;
      missed.push({ hook, id, key: guid.toLowerCase(), event, deliveredAt });
    }
    cursor = cursorIn(link);
    const oldest = attempts.at(-1);
    if (cursor === null || oldest === undefined || oldest.delivered_at < since) return { missed, all: true };
  }
  return { missed, all: false };
}

/** `<https://…?cursor=abc>; rel="next"`. */
function cursorIn(link: string): string | null {
  const [, next] = /<([^<>]+)>;\s*rel="next"/.exec(link) ?? [];
  return next !== undefined && URL.canParse(next) ? new URL(next).searchParams.get('cursor') : null;
}

const Kept = z.object({
  request: z.object({ headers: z.record(z.string(), z.unknown()).nullish(), payload: z.looseObject({}).nullish() }),
});

async function deliveryOf(ask: Ask, missed: Missed): Promise<Delivery | null> {
  const answer = await unlessRefused(ask(`${missed.hook.path}/deliveries/${missed.id}`, {}));
  if (answer === null) return null;
  const { headers, payload } = Kept.parse(answer.data).request;
  if (!payload) return null;
  const own = Object.entries(headers ?? {}).flatMap(([name, value]) =>
    /^x-github-/i.test(name) && typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [],
  );
  const body = JSON.stringify(payload, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return {
    headers: {
      ...Object.fromEntries(own),
      'content-type': 'application/json',
      'x-github-event': missed.event,
      'x-github-delivery': missed.key,
    },
    body: Buffer.from(body),
    receivedAt: missed.deliveredAt,
  };
}

/** Null for what is not there or not ours to see. Being asked too much is neither. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : null;
    if (status === 404 || status === 410 || (status === 403 && !isRateLimit(error))) return null;
    throw new Error('GitHub could not be asked what it delivered', { cause: error });
  }
}

const RateLimited = z.union([
  z.object({ response: z.object({ headers: z.object({ 'retry-after': z.string() }) }) }),
  z.object({ response: z.object({ headers: z.object({ 'x-ratelimit-remaining': z.literal('0') }) }) }),
]);

function isRateLimit(error: unknown): boolean {
  return RateLimited.safeParse(error).success;
}

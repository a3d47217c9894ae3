import type { Fact } from '../domain/facts/fact.ts';
import { type UrlAnswer, askUrl, webUrl } from './ask-url.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { failed } from './read-texts.ts';
import { factValue } from './secret-facts.ts';
import { type Target, eachTarget, labelProblem, targetsIn } from './targets.ts';

/** What an address answers. Files are certificates in PEM to trust, of an authority of one's own. */
export const http: Collector = {
  name: 'http',
  version: '1',
  summary: 'status, headers, health and version that an address answers',
  usage:
    'sincewhen snapshot production --collector http --service shop --set urls=shop=https://shop.example.com/version --set version-path=version',
  collect,
};

/** Headers that are another one with each answer, or say where and when it was made. */
const volatile =
  /^(?:date|age|expires|last-modified|etag|content-length|content-md5|digest|connection|keep-alive|set-cookie|server-timing|cf-ray|cf-cache-status|nel|report-to|via|alt-svc|traceparent|tracestate|retry-after|sourcemap)$|(?:^|-)(?:request|trace|correlation|transaction|amzn?|amz)-?(?:id|cf-id|cf-pop)|-(?:request-id|trace-id|requestid|traceid|runtime|timer|served-by|cache|cache-hits|response-time|nonce|time|timestamp)$|ratelimit/;

async function collect({ files, options, service, digest, signal }: CollectorInput): Promise<Collected> {
  const targets = targetsIn(options.get('urls') ?? options.get('url'));
  if (targets === undefined) return failed('which addresses? --set urls=shop=https://…/version');
  const wrong = targets.find(({ at }) => webUrl(at) === undefined);
  if (wrong !== undefined) return failed(`${wrong.at} is no address of the web: https://…`);
  const labelled = targets.map(({ label, at }) => {
    const url = new URL(at);
    // The host is another one in each environment.
    return { url, at: withoutUser(url), label: label === at ? url.pathname : label };
  });
  const problem = labelProblem(labelled);
  if (problem !== null) return failed(problem);
  const trusted = (await Promise.all(files.map((file) => file.read()))).map(String);

  const seen = await eachTarget(labelled, async ({ label, at, url }) => {
    const key = labelled.length === 1 ? 'version' : `${label}:version`;
    return seenOf({ label, at, key }, await askUrl({ url, trusted, signal }), { options, service, digest });
  });
  const facts = seen.flatMap((each) => each.facts);
  const notSeen = seen.flatMap(({ unseen }) => unseen);
  if (facts.length === 0) return failed(`no address could be asked: ${notSeen[0] ?? ''}`);
  return { outcome: 'seen', facts, complete: notSeen.length === 0, notSeen };
}

function withoutUser(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

interface Seen {
  readonly facts: readonly Fact[];
  readonly unseen: readonly string[];
}

/** What tells about the machine that asks, not about the one that is asked. */
const ours = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'STOPPED']);

function seenOf(
  { label, at, key }: Target & { readonly key: string },
  answer: UrlAnswer,
  { options, service, digest }: Pick<CollectorInput, 'options' | 'service' | 'digest'>,
): Seen {
  const health = (value: string): Fact => ({ service, facet: 'health', key: `http ${label}`, value });
  if (answer.outcome === 'failed') {
    const unseen = [`${at}: ${answer.reason}`];
    return { facts: ours.has(answer.code) ? [] : [health('failed')], unseen };
  }
  const { status, headers } = answer;
  const network = (what: string, value: Fact['value']): Fact => ({
    service,
    facet: 'network',
    key: `http ${label}:${what}`,
    value,
  });
  const cookies = (headers['set-cookie'] ?? []).map((cookie) => withoutValue(cookie)).toSorted();
  const version = versionOf(answer, options);
  return {
    facts: [
      health(status < 400 ? 'ok' : 'failed'),
      network('status', status),
      ...Object.entries(headers).flatMap(([name, value]) =>
        value === undefined || volatile.test(name)
          ? []
          : [network(`header ${name}`, factValue(name, withoutNonce([value].flat().join(', ')), digest))],
      ),
      ...(cookies.length === 0 ? [] : [network('cookies', cookies)]),
      ...(version.found === undefined ? [] : [{ service, facet: 'version', key, value: version.found } as const]),
    ],
    unseen: version.missing === undefined ? [] : [`version of ${at}: ${version.missing}`],
  };
}

/** `session; Path=/; HttpOnly`: what a cookie is called and may do, without what is in it and until when. */
function withoutValue(cookie: string): string {
  const [named = '', ...attributes] = cookie.split(';').map((part) => part.trim());
  const kept = attributes.filter((attribute) => !/^expires=/i.test(attribute)).toSorted();
  return [named.split('=')[0], ...kept].join('; ');
}

/** Of a content security policy, made anew with each answer. */
function withoutNonce(value: string): string {
  return value.replaceAll(/'nonce-[^']*'/g, `'nonce-…'`);
}

function versionOf(
  { headers, body, cut, status }: Extract<UrlAnswer, { outcome: 'answered' }>,
  options: ReadonlyMap<string, string>,
): { found?: string; missing?: string } {
  const header = options.get('version-header');
  const path = options.get('version-path');
  if (header === undefined && path === undefined) return {};
  if (status >= 400) return { missing: `the answer is ${status}` };
  if (header !== undefined) {
    const told = headers[header.toLowerCase()];
    return told === undefined ? { missing: `no header ${header}` } : { found: [told].flat().join(', ') };
  }
  if (cut) return { missing: 'the answer is longer than 1 MB' };
  let told: unknown;
  try {
    told = atPath(JSON.parse(body.toString()), path ?? '');
  } catch {
    return { missing: 'the answer is no JSON' };
  }
  if (typeof told !== 'string' && typeof told !== 'number') return { missing: `nothing at ${path}` };
  return { found: String(told).slice(0, 200) };
}

/** `build.version`, `$.images[0].tag` */
function atPath(json: unknown, path: string): unknown {
  const steps = path.replace(/^\$/, '').match(/[^.[\]'"]+/g) ?? [];
  return steps.reduce(
    (inner: unknown, step) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step) ? Reflect.get(inner, step) : undefined,
    json,
  );
}

import { type Conceal, allConcealed } from '../domain/secrets.ts';
import { changeOf } from './launchdarkly/change.ts';
import { Entry } from './launchdarkly/entry.ts';
import { isObject } from './reading/json.ts';
import { ignored, reader } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/**
 * Webhooks of LaunchDarkly, each one entry of its audit log: https://launchdarkly.com/docs/api/webhooks. The context that
 * its integration framework gives to templates says the same with other names, and is read as well.
 */
export const launchdarkly: SourceDefinition = {
  name: 'launchdarkly',
  title: 'LaunchDarkly',
  authentication: [{ by: 'hmac', header: 'x-ld-signature', algorithm: 'sha256', prefix: '' }],
  headers: [],
  conceal: (body, conceal) => withoutKeys(body, conceal),
  deliveryKey: ({ body }) => (isObject(body) && isId(body['_id']) ? body['_id'] : null),
  parse,
};

const readEntry = reader(Entry, changeOf);

/** Kinds of resources whose changes reach running software. */
const told = new Set([
  'flag',
  'segment',
  'environment',
  'project',
  'experiment',
  'aiconfig',
  'ai-config',
  'relay-proxy-config',
]);

function parse({ body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body)) return notLaunchDarkly('the body is not a JSON object');
  const { kind } = body;
  if (typeof kind !== 'string' || kind === '') return notLaunchDarkly('the field kind is missing');
  if (body['_id'] === undefined && body['accesses'] === undefined && body['titleVerb'] === undefined) {
    return notLaunchDarkly('the body is no entry of the audit log');
  }
  if (!told.has(kind)) return ignored(`a change of ${kind}, which serves nobody`);
  return readEntry(body, { receivedAt, catalog });
}

function notLaunchDarkly(error: string): Parsed {
  return { outcome: 'malformed', error, notWhatItSends: true };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,100}$/.test(value);
}

/** Keys by which programs read flags, that their names do not show to be secret. */
const keys = ['mobileKey', 'fullKey', 'sdkKey'];

/** An environment's entry holds its keys in both versions. */
function withoutKeys(body: unknown, conceal: Conceal): unknown {
  if (!isObject(body)) return body;
  const versions = ['currentVersion', 'previousVersion'].flatMap((name) => {
    const version = body[name];
    if (!isObject(version)) return [];
    const held = keys.filter((key) => version[key] !== undefined);
    if (held.length === 0) return [];
    const hidden = Object.fromEntries(held.map((key) => [key, allConcealed(version[key], conceal)]));
    return [[name, { ...version, ...hidden }] as const];
  });
  return versions.length === 0 ? body : { ...body, ...Object.fromEntries(versions) };
}

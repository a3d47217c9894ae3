import { isObject } from './reading/json.ts';
import { lookUp } from './reading/look-up.ts';
import { type Reader, ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';
import { readDeployment } from './vercel/deployment.ts';
import { readRollback } from './vercel/rollback.ts';
import { readRollingRelease } from './vercel/rolling-release.ts';
import { readSetting, settingTypes } from './vercel/setting.ts';

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['deployment.created', readDeployment('started')],
  ['deployment.ready', readDeployment('succeeded')],
  ['deployment.succeeded', readDeployment('succeeded')],
  // Production traffic goes to it from now on; mostly at once, by itself.
  ['deployment.promoted', readDeployment('succeeded', 'production')],
  ['deployment.error', readDeployment('failed')],
  ['deployment.canceled', readDeployment('cancelled')],
  ['deployment.rollback', readRollback],
  ['project.rolling-release.started', readRollingRelease('started')],
  ['project.rolling-release.approved', readRollingRelease('started')],
  ['project.rolling-release.completed', readRollingRelease('succeeded')],
  ['project.rolling-release.aborted', readRollingRelease('cancelled')],
  ...settingTypes.map((type) => [type, readSetting] as const),
]);

/** Names that older webhooks still use: https://vercel.com/docs/webhooks/webhooks-api#legacy-payload */
const renamed: Readonly<Record<string, string>> = {
  deployment: 'deployment.created',
  'deployment-prepared': 'deployment.ready',
  'deployment-ready': 'deployment.succeeded',
  'deployment-error': 'deployment.error',
  'deployment-canceled': 'deployment.canceled',
  'project-removed': 'project.removed',
};

/** Webhooks of a Vercel team or integration: https://vercel.com/docs/webhooks/webhooks-api */
export const vercel: SourceDefinition = {
  name: 'vercel',
  title: 'Vercel',
  authentication: [{ by: 'hmac', header: 'x-vercel-signature', algorithm: 'sha1', prefix: '' }],
  headers: [],
  deliveryKey: ({ body }) => (isObject(body) && isId(body['id']) ? body['id'] : null),
  parse,
};

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,100}$/.test(value);
}

function parse({ body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body)) return notVercel('the body is not a JSON object');
  const { type, payload } = body;
  if (typeof type !== 'string' || type === '') return notVercel('the field type is missing');
  if (type === 'test-webhook') return { outcome: 'ping' };
  if (!isObject(payload)) return notVercel('the field payload is missing');
  const current = lookUp(renamed, type) ?? type.replace(/^project\.domain-/, 'project.domain.');
  const read = readers.get(current);
  if (read === undefined) return ignored(`${type} changes nothing that runs`);
  return read({ ...body, type: current }, { receivedAt, catalog });
}

function notVercel(error: string): Parsed {
  return { outcome: 'malformed', error, notWhatItSends: true };
}

import { isObject } from './reading/json.ts';
import { ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';
import { readEventAlert, readPluginEvent } from './sentry/event-alert.ts';
import { readIssue } from './sentry/issue.ts';
import { readMetricAlert } from './sentry/metric-alert.ts';
import { saidAt } from './sentry/said-at.ts';

const readers = new Map([
  ['issue', readIssue],
  ['activity_alert', readIssue],
  ['event_alert', readEventAlert],
  ['metric_alert', readMetricAlert],
]);

/** https://docs.sentry.io/integrations/integration-platform/webhooks/ */
const unused: ReadonlyMap<string, string> = new Map([
  ['installation', 'the integration itself was installed or removed'],
  ['error', 'a single error, of which issues tell'],
  ['comment', 'a comment on an issue'],
]);

/**
 * Webhooks of integrations (issues, alerts), and of the plugin that came before them, which signs nothing and can set no
 * header: it has the secret in its address.
 */
export const sentry: SourceDefinition = {
  name: 'sentry',
  title: 'Sentry',
  authentication: [
    { by: 'hmac', header: 'sentry-hook-signature', algorithm: 'sha256', prefix: '' },
    { by: 'secret', inPath: true },
  ],
  headers: ['sentry-hook-resource', 'sentry-hook-timestamp', 'request-id'],
  deliveryKey: ({ headers }) => keyIn(headers['request-id']),
  parse,
};

function keyIn(header: string | undefined): string | null {
  return header !== undefined && /^[\w-]{1,100}$/.test(header) ? header : null;
}

function parse({ headers, body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body)) return notSentrys();
  const context = { receivedAt, catalog };
  const resource = headers['sentry-hook-resource'] ?? resourceOf(body);
  if (resource === 'plugin') return readPluginEvent(body, context);
  if (resource === undefined || !/^[\w.]{1,100}$/.test(resource) || typeof body['action'] !== 'string') {
    return notSentrys();
  }
  const read = readers.get(resource);
  if (read === undefined) return ignored(unused.get(resource) ?? `${resource} is not tracked`);
  const { action, data } = body;
  const said = { ...saidAt(headers['sentry-hook-timestamp'], receivedAt), delivery: keyIn(headers['request-id']) };
  const parsed = read({ action, data, actor: body['actor'], said }, context);
  return parsed.outcome === 'malformed' ? { ...parsed, error: `${resource}: ${parsed.error}` } : parsed;
}

function notSentrys(): Parsed {
  return {
    outcome: 'malformed',
    error: 'the body is neither an action on data nor an event of a project',
    notWhatItSends: true,
  };
}

/** What a body is about that comes without the header: a proxy may have dropped it. */
function resourceOf(body: Readonly<Record<string, unknown>>): string | undefined {
  const { data, event, project } = body;
  if (typeof project === 'string' && isObject(event)) return 'plugin';
  if (!isObject(data)) return undefined;
  if ('metric_alert' in data) return 'metric_alert';
  if ('issue' in data) return 'issue';
  if ('event' in data) return 'event_alert';
  return ['error', 'comment', 'installation'].find((each) => each in data);
}

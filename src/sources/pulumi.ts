import { readDeployment } from './pulumi/deployment.ts';
import { readDrift, readRemediation } from './pulumi/drift.ts';
import { readEnvironment } from './pulumi/environment.ts';
import { readStack } from './pulumi/stack.ts';
import { readUpdate } from './pulumi/update.ts';
import { isObject } from './reading/json.ts';
import { type Reader, ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['stack', readStack],
  ['stack_update', readUpdate],
  ['stack_preview', () => ignored('a preview changes nothing')],
  ['deployment', readDeployment],
  ['drift_detection', readDrift],
  ['drift_remediation', readRemediation],
  ['environment', readEnvironment],
  ['environment_revision', readEnvironment],
  ['environment_revision_tag', readEnvironment],
  ['imported_environment_changed', readEnvironment],
  ['environment_tag', () => ignored('a tag of an environment configures nothing')],
]);

/**
 * Generic JSON webhooks of Pulumi Cloud: https://www.pulumi.com/docs/deployments/concepts/webhooks/, and of Pulumi ESC:
 * https://www.pulumi.com/docs/esc/concepts/webhooks/
 */
export const pulumi: SourceDefinition = {
  name: 'pulumi',
  title: 'Pulumi',
  authentication: [{ by: 'hmac', header: 'pulumi-webhook-signature', algorithm: 'sha256', prefix: '' }],
  headers: ['pulumi-webhook-id', 'pulumi-webhook-kind'],
  deliveryKey: ({ headers }) => idIn(headers['pulumi-webhook-id']),
  parse,
};

function parse({ headers, body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body)) return { outcome: 'malformed', error: 'the body is not a JSON object', notWhatItSends: true };
  const kind = headers['pulumi-webhook-kind']?.toLowerCase() ?? kindOf(body);
  if (kind === 'ping') return { outcome: 'ping' };
  const read = readers.get(kind ?? '');
  if (read !== undefined) return read(body, { receivedAt, catalog });
  if (kind !== undefined || 'organization' in body)
    return ignored(`${kind ?? 'an event of no known kind'} is not tracked`);
  return { outcome: 'malformed', error: 'the body is no webhook of Pulumi', notWhatItSends: true };
}

function idIn(header: string | undefined): string | null {
  return header !== undefined && /^[\w-]{1,100}$/.test(header) ? header.toLowerCase() : null;
}

/** The kind stands in a header, which who passes a webhook on may lose. The fields tell it too. */
function kindOf(body: object): string | undefined {
  const has = (...fields: readonly string[]) => fields.every((field) => field in body);
  if (has('environmentName', 'importedEnvironmentReference')) return 'imported_environment_changed';
  if (has('environmentName', 'tagName')) return has('revision') ? 'environment_revision_tag' : 'environment_tag';
  if (has('environmentName', 'action')) return has('revision') ? 'environment_revision' : 'environment';
  if (has('driftDetected') || has('driftRunId')) return 'drift_detection';
  if (has('deploymentUrl')) return 'deployment';
  if (has('updateUrl') || has('stackName', 'kind', 'result')) return 'stack_update';
  if (has('stackName', 'action')) return 'stack';
  if (has('stackName', 'status', 'referenceUrl')) return 'drift_remediation';
  return has('message', 'timestamp') && !has('organization') ? 'ping' : undefined;
}

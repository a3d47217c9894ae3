import { isObject } from './reading/json.ts';
import { ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';
import { readRun } from './spacelift/run.ts';

/** Webhooks of Spacelift: https://docs.spacelift.io/integrations/webhooks */
export const spacelift: SourceDefinition = {
  name: 'spacelift',
  title: 'Spacelift',
  authentication: [{ by: 'hmac', header: 'x-signature-256', algorithm: 'sha256', prefix: 'sha256=' }],
  headers: [],
  conceal: withoutEntities,
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt, catalog }: Message): Parsed {
  if (isObject(body)) {
    const input = body['run_updated'];
    if (isObject(input)) return readRun(ofPolicyInput(input), { receivedAt, catalog });
    if ('run' in body && ('state' in body || 'stack' in body)) return readRun(body, { receivedAt, catalog });
    if ('module_version' in body || 'module' in body) return ignored('a version of a module is deployed nowhere');
    if ('internal_error' in body || ('severity' in body && 'account' in body)) {
      return ignored('trouble of Spacelift’s own');
    }
  }
  return { outcome: 'malformed', error: 'the body is no webhook of Spacelift', notWhatItSends: true };
}

/** A notification policy may send its own input on, with other names than the usual body. */
function ofPolicyInput({ run, stack, state, urls }: Readonly<Record<string, unknown>>): unknown {
  if (!isObject(run)) return { run, stack, state };
  return {
    state: state ?? run['state'],
    timestamp: run['updated_at'],
    url: isObject(urls) ? urls['run'] : undefined,
    run: { ...run, createdAt: run['created_at'], triggeredBy: run['triggered_by'] },
    stack,
  };
}

/** That input holds all attributes of whatever changes and the variables of the run: neither is needed. */
function withoutEntities(body: unknown): unknown {
  if (!isObject(body) || !isObject(body['run_updated'])) return body;
  const input = body['run_updated'];
  if (!isObject(input['run'])) return body;
  const { changes: _, runtime_config: __, ...run } = input['run'];
  return { ...body, run_updated: { ...input, run } };
}

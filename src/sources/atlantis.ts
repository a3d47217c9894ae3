import { readApply } from './atlantis/apply.ts';
import { readDrift } from './atlantis/drift.ts';
import { isObject } from './reading/json.ts';
import { ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/**
 * Webhooks of kind `http`, of both events that there are:
 * https://www.runatlantis.io/docs/sending-notifications-via-webhooks.html
 */
export const atlantis: SourceDefinition = {
  name: 'atlantis',
  title: 'Atlantis',
  authentication: [{ by: 'secret', inPath: false }],
  headers: [],
  conceal: withoutCredentials,
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt, catalog }: Message): Parsed {
  const context = { receivedAt, catalog };
  if (isObject(body)) {
    if ('Success' in body && 'Repo' in body) return readApply(body, context);
    if ('detection_id' in body || 'projects_with_drift' in body) return readDrift(body, context);
    if ('success' in body && 'request_id' in body) return ignored('an answer of the Atlantis API, which is no webhook');
  }
  return { outcome: 'malformed', error: 'the body is no webhook of Atlantis', notWhatItSends: true };
}

/** Atlantis clones with a token, which stands in the addresses that it gives of repositories. */
function withoutCredentials(body: unknown): unknown {
  if (!isObject(body)) return body;
  const pull = body['Pull'];
  return {
    ...body,
    ...('Repo' in body ? { Repo: withoutCloneUrl(body['Repo']) } : {}),
    ...(isObject(pull)
      ? { Pull: { ...pull, ...('BaseRepo' in pull ? { BaseRepo: withoutCloneUrl(pull['BaseRepo']) } : {}) } }
      : {}),
  };
}

function withoutCloneUrl(repository: unknown): unknown {
  if (!isObject(repository)) return repository;
  const { CloneURL: _, ...rest } = repository;
  return rest;
}

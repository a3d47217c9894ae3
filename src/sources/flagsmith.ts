import { type Conceal, allConcealed, isSecretName } from '../domain/secrets.ts';
import { readAudit } from './flagsmith/audit.ts';
import { readFlagDeleted, readFlagUpdated } from './flagsmith/flag-event.ts';
import { isObject } from './reading/json.ts';
import { type ReaderContext, ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/**
 * Webhooks of a Flagsmith environment (flags that changed) and of an organisation (the same, and its audit log):
 * https://docs.flagsmith.com/administration-and-security/platform-configuration/environment-settings
 */
export const flagsmith: SourceDefinition = {
  name: 'flagsmith',
  title: 'Flagsmith',
  authentication: [{ by: 'hmac', header: 'x-flagsmith-signature', algorithm: 'sha256', prefix: '' }],
  headers: [],
  conceal: (body, conceal) => withoutSecretValues(body, conceal),
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body)) return notFlagsmith('the body is not a JSON object');
  const { event_type: type, data } = body;
  if (typeof type === 'string' && data !== undefined) return read(type, data, { receivedAt, catalog });
  // Older versions send entries of the audit log without an envelope.
  if (typeof body['log'] === 'string' && 'related_object_type' in body) {
    return readAudit({ ...body, alone: true }, { receivedAt, catalog });
  }
  // It would be sent for every visitor of a website.
  if ('flags' in body && 'identity' in body) return notFlagsmith('flags as evaluated for one identity are no changes');
  return notFlagsmith('the body has no event_type');
}

function read(type: string, data: unknown, context: ReaderContext): Parsed {
  switch (type) {
    case 'FLAG_UPDATED':
      return readFlagUpdated(data, context);
    case 'FLAG_DELETED':
      return readFlagDeleted(data, context);
    case 'AUDIT_LOG_CREATED':
      return readAudit(isObject(data) ? { ...data, alone: false } : data, context);
    case 'NEW_VERSION_PUBLISHED':
      return ignored('a new version of a flag, whose changes come as FLAG_UPDATED');
    default:
      return ignored(`${type} is not tracked`);
  }
}

function notFlagsmith(error: string): Parsed {
  return { outcome: 'malformed', error, notWhatItSends: true };
}

/** A flag may hold a secret as its value, which only the flag's name tells. */
function withoutSecretValues(body: unknown, conceal: Conceal): unknown {
  if (!isObject(body) || !isObject(body['data'])) return body;
  const data = body['data'];
  const states = ['new_state', 'previous_state'].flatMap((name) => {
    const state = data[name];
    if (!isObject(state) || !isObject(state['feature'])) return [];
    const { feature } = state;
    if (typeof feature['name'] !== 'string' || !isSecretName(feature['name'])) return [];
    const value = allConcealed(state['feature_state_value'], conceal);
    const initial = allConcealed(feature['initial_value'], conceal);
    return [[name, { ...state, feature_state_value: value, feature: { ...feature, initial_value: initial } }] as const];
  });
  return states.length === 0 ? body : { ...body, data: { ...data, ...Object.fromEntries(states) } };
}

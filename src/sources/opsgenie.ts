import { z } from 'zod';
import { outsideText } from '../domain/outside-text.ts';
import type { State } from '../domain/signal.ts';
import { defined } from './reading/defined.ts';
import { Time, name, text } from './reading/fields.ts';
import { namesIn } from './reading/firing-alerts.ts';
import { isObject } from './reading/json.ts';
import { ignored, reader } from './reading/reader.ts';
import { labelsOf, severityOf, signalled } from './reading/signal-fields.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/**
 * What the actions on an alert mean for how it stands, in lower case. `null`: nothing, it is described anew.
 * https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/
 */
const actions: ReadonlyMap<string, State | null> = new Map<string, State | null>([
  ['create', 'open'],
  ['acknowledge', 'acknowledged'],
  ['unacknowledge', 'open'],
  ['close', 'resolved'],
  ['delete', 'resolved'],
  ['escalate', null],
  ['escalatenext', null],
  ['assignownership', null],
  ['assign', null],
  ['takeownership', null],
  ['addrecipient', null],
  ['addteam', null],
  ['addresponder', null],
  ['snooze', null],
  ['snoozeended', null],
  ['updatepriority', null],
  ['updatemessage', null],
  ['updatedescription', null],
  ['addtags', null],
  ['removetags', null],
  ['adddetails', null],
  ['removedetails', null],
]);

/** An older version calls a list what a newer one does not; numbers of 2^53 and more are texts by now. */
const AnyText = z
  .unknown()
  .optional()
  .transform((value) => outsideText(value, 300));

const MaybeTime = Time.nullish().catch(undefined);

const Alert = z.object({
  alertId: name(200),
  message: text(300),
  tinyId: AnyText,
  alias: text(300),
  entity: text(200),
  priority: text(20),
  tags: z.array(z.unknown()).nullish().catch(undefined),
  details: z.unknown().optional(),
  createdAt: MaybeTime,
  updatedAt: MaybeTime,
});

const Body = z.object({
  action: z.string(),
  // Jira calls it `id`.
  alert: z.preprocess((alert) => (isObject(alert) ? { alertId: alert['id'], ...alert } : alert), Alert),
});

/** Outgoing webhooks of Opsgenie, and of Jira Service Management and Compass, which took them over. */
export const opsgenie: SourceDefinition = {
  name: 'opsgenie',
  title: 'Opsgenie',
  authentication: [{ by: 'secret', inPath: true }],
  headers: [],
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt, catalog }: Message): Parsed {
  const action = isObject(body) && isObject(body['alert']) ? body['action'] : undefined;
  if (typeof action !== 'string') {
    return { outcome: 'malformed', error: 'the body has no action on an alert', notWhatItSends: true };
  }
  if (actions.has(action.toLowerCase())) return readAction(body, { receivedAt, catalog });
  return ignored(/^addnote$/i.test(action) ? 'a note on an alert' : `the action ${action} is not tracked`);
}

const readAction = reader(Body, ({ action, alert }, { receivedAt }) => {
  const state = actions.get(action.toLowerCase()) ?? undefined;
  const at = alert.updatedAt ?? (state === 'open' ? alert.createdAt : undefined) ?? undefined;
  const tags = (alert.tags ?? []).flatMap((tag) => outsideText(tag, 100) ?? []).slice(0, 50);
  const told = { ...pairsIn(tags), ...labelsOf(alert.details) };
  const named = namesIn(told);
  return signalled([
    {
      key: `opsgenie:${alert.alertId}:${action.toLowerCase()}:${at?.toISOString() ?? ''}`,
      source: 'opsgenie',
      subject: alert.alertId,
      occurredAt: (at ?? receivedAt).toISOString(),
      clock: at === undefined ? 'received' : 'source',
      ...defined({
        state,
        startedAt: alert.createdAt?.toISOString(),
        title: alert.message,
        reference: alert.tinyId === undefined ? undefined : `#${alert.tinyId}`,
        severity: severityOf(alert.priority),
        environmentName: named.environment,
        serviceName: named.service,
        labels: labelsOf({
          ...told,
          alias: alert.alias,
          entity: alert.entity,
          tags: tags.length === 0 ? undefined : tags.join(', '),
        }),
      }),
    },
  ]);
});

/** Of tags like `env:production`. */
function pairsIn(tags: readonly string[]): Readonly<Record<string, string>> {
  const pairs = tags.flatMap((tag) => {
    const [, key = '', value = ''] = /^([\w.-]{1,50})[:=] ?(\S.*)$/.exec(tag) ?? [];
    return key === '' || key === '__proto__' ? [] : [[key, value] as const];
  });
  return Object.fromEntries(pairs);
}

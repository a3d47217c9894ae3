import { isAlertGroup, readAlerts } from './reading/firing-alerts.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/** Webhooks of Prometheus' Alertmanager (version 4 of its format): groups of alerts, sent again until they are over. */
export const alertmanager: SourceDefinition = {
  name: 'alertmanager',
  title: 'Alertmanager',
  authentication: [{ by: 'secret', inPath: false }],
  headers: [],
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt }: Message): Parsed {
  if (isAlertGroup(body)) return readAlerts(body, 'alertmanager', receivedAt);
  return { outcome: 'malformed', error: 'the body has no list of alerts', notWhatItSends: true };
}

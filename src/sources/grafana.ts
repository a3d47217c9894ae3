import { readRuleState } from './grafana/rule-state.ts';
import { isAlertGroup, readAlerts } from './reading/firing-alerts.ts';
import { isObject } from './reading/json.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/** https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/ */
const signature = 'x-grafana-alerting-signature';

/**
 * Webhook contact points of Grafana, in Alertmanager's format, and notification channels of Grafana 7. The header of the
 * signed time has no name of its own; these two stand in Grafana's own examples.
 */
export const grafana: SourceDefinition = {
  name: 'grafana',
  title: 'Grafana',
  authentication: [
    { by: 'secret', inPath: false },
    { by: 'hmac', header: signature, algorithm: 'sha256', prefix: '' },
    { by: 'timed-hmac', header: signature, time: { header: 'x-grafana-alerting-timestamp' }, separator: ':' },
    { by: 'timed-hmac', header: signature, time: { header: 'x-grafana-alerting-signature-timestamp' }, separator: ':' },
  ],
  headers: [],
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt, catalog }: Message): Parsed {
  if (isAlertGroup(body)) return isTest(body.alerts) ? { outcome: 'ping' } : readAlerts(body, 'grafana', receivedAt);
  if (isObject(body) && 'ruleId' in body) return readRuleState(body, { receivedAt, catalog });
  return { outcome: 'malformed', error: 'the body has no list of alerts', notWhatItSends: true };
}

/** What _Test_ sends for a contact point: one alert of a name that Grafana made up, with nothing of a rule. */
function isTest([alert, ...others]: readonly unknown[]): boolean {
  const labels = isObject(alert) && isObject(alert['labels']) ? alert['labels'] : {};
  return others.length === 0 && labels['alertname'] === 'TestAlert' && labels['instance'] === 'Grafana';
}

import { isObject } from './reading/json.ts';
import { ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';
import { readAssessment } from './terraform/assessment.ts';
import { readRun } from './terraform/run.ts';

/**
 * Notifications of HCP Terraform and Terraform Enterprise, destination "Webhook" (generic):
 * https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations
 */
export const terraform: SourceDefinition = {
  name: 'terraform',
  title: 'HCP Terraform',
  authentication: [{ by: 'hmac', header: 'x-tfe-notification-signature', algorithm: 'sha512', prefix: '' }],
  headers: [],
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body) || !('payload_version' in body || 'notification_configuration_id' in body)) {
    return { outcome: 'malformed', error: 'the body is no notification of HCP Terraform', notWhatItSends: true };
  }
  const context = { receivedAt, catalog };
  const { notifications, trigger } = body;
  if (Array.isArray(notifications)) {
    return notifications.some(isVerification) ? { outcome: 'ping' } : readRun(body, context);
  }
  if (trigger === 'verification') return { outcome: 'ping' };
  if (typeof trigger === 'string') {
    return trigger.startsWith('assessment:') ? readAssessment(body, context) : ignored(`${trigger} changes nothing`);
  }
  return { outcome: 'malformed', error: 'neither notifications nor a trigger', notWhatItSends: false };
}

function isVerification(notification: unknown): boolean {
  return isObject(notification) && notification['trigger'] === 'verification';
}

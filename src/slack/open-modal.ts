import type { ModalView } from '@slack/types';
import { WebAPIPlatformError } from '@slack/web-api';
import type { SlackContext } from './context.ts';
import { sentences } from './messages/incident-heading.ts';
import type { SlackMessage } from './send.ts';

const tooLate = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id']);

/** Null: it is open. Otherwise what to tell whoever waits for it: Slack opens modals within three seconds only. */
export async function openModal(
  { client, log }: Pick<SlackContext, 'client' | 'log'>,
  triggerId: string,
  view: ModalView,
): Promise<SlackMessage | null> {
  try {
    await client.views.open({ trigger_id: triggerId, view });
    return null;
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError) || !tooLate.has(error.data.error)) throw error;
    log.warn({ why: error.data.error }, 'a modal was too late for Slack');
    return sentences('*That took me too long, so Slack opens nothing.* Nothing has changed. Please press it again.');
  }
}

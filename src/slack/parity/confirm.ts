import { WebAPIPlatformError } from '@slack/web-api';
import { isHidden } from '../../domain/viewer.ts';
import type { SlackContext } from '../context.ts';
import {
  renderAcceptance,
  renderConfirmed,
  renderConfirmedBefore,
  renderNoAcceptance,
  renderSamePerson,
} from '../messages/parity-accepted.ts';
import { type SlackMessage, posted } from '../send.ts';
import { alarmsFollow } from './find.ts';
import type { Acceptance, Confirmed } from './port.ts';

/** What the second person is told. */
export async function confirmAcceptance(context: SlackContext, id: string, by: string): Promise<SlackMessage> {
  return confirmedWords(await confirmed(context, id, by));
}

export async function confirmed(context: SlackContext, id: string, by: string): Promise<Confirmed> {
  const viewer = await context.viewerOf(by);
  const said = await context.parity.confirm(id, { slackId: by, viewer }, context.now());
  if (said.outcome === 'confirmed') await alarmsFollow(context, said.acceptance.pair);
  return said;
}

export function confirmedWords(said: Confirmed): SlackMessage {
  switch (said.outcome) {
    case 'confirmed':
      return renderConfirmed(said.acceptance);
    case 'same-person':
      return renderSamePerson(said.acceptance);
    case 'already':
      return renderConfirmedBefore(said.acceptance);
    case 'gone':
      return renderNoAcceptance();
  }
}

/**
 * Asks for a second person: in the channel of the service, else where it was accepted. The channel that took it; null:
 * none did.
 */
export async function askForSecond(
  { client, parity, log, viewerOf }: SlackContext,
  acceptance: Acceptance,
  channelId: string | null,
): Promise<string | null> {
  const { service, pair } = acceptance;
  // What only its owners see is told in no channel: they ask one another.
  if (isHidden(await viewerOf(null), [service])) return null;
  const owner = parity.channelOf({ services: service === null ? [] : [service], reference: pair.reference });
  for (const channel of [owner, channelId].filter((each) => each !== null)) {
    try {
      const { channel: id } = await client.chat.postMessage({ channel, ...posted(renderAcceptance(acceptance)) });
      if (id !== undefined) return id;
    } catch (error) {
      if (!(error instanceof WebAPIPlatformError)) throw error;
      log.info({ channel, why: error.data.error }, 'a second person cannot be asked there');
    }
  }
  return null;
}

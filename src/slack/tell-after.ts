import { WebAPIPlatformError } from '@slack/web-api';
import type { SlackContext } from './context.ts';
import { sentences } from './messages/incident-heading.ts';
import { type SlackMessage, posted } from './send.ts';

interface Whom {
  /** Where they were; null: not known. */
  readonly channelId: string | null;
  readonly userId: string;
}

const apology = '*Something went wrong on my side*, so nothing has changed. Please try again in a minute.';

/** Does what takes longer than somebody waits, and tells them alone what came of it. */
export async function tellAfter(
  context: Pick<SlackContext, 'client' | 'log'>,
  whom: Whom,
  work: () => Promise<SlackMessage>,
): Promise<void> {
  try {
    await tell(context, whom, await work());
  } catch (error) {
    await tell(context, whom, sentences(apology));
    throw error;
  }
}

/** Where they were, else in their direct messages. */
async function tell(
  { client, log }: Pick<SlackContext, 'client' | 'log'>,
  { channelId, userId: user }: Whom,
  message: SlackMessage,
): Promise<void> {
  if (channelId !== null) {
    try {
      await client.chat.postEphemeral({ channel: channelId, user, ...posted(message) });
      return;
    } catch (error) {
      if (!(error instanceof WebAPIPlatformError)) throw error;
      log.info({ channel: channelId, why: error.data.error }, 'somebody cannot be told there');
    }
  }
  await client.chat.postMessage({ channel: user, ...posted(message) });
}

import { RespondError } from '@slack/bolt';
import type { SlackContext } from '../context.ts';
import { renderPreview } from '../messages/digest-settings.ts';
import type { CommandRequest } from '../request.ts';
import { privately } from '../send.ts';

/** What the channel would be told now, for who asks alone. */
export async function previewDigest(context: SlackContext, request: CommandRequest): Promise<void> {
  const { digest, now } = context;
  const composed = await digest.preview({ id: request.channelId, name: request.channelName }, now());
  const show = (as: 'native' | 'words') =>
    request.respond(privately(renderPreview(composed, { chart: { as }, port: digest, now: now() })));
  try {
    await show('native');
  } catch (error) {
    if (!(error instanceof RespondError)) throw error;
    // Slack says nothing more of it than that it does not take it.
    await show('words');
  }
}

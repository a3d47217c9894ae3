import { RespondError } from '@slack/bolt';
import type { SlackContext } from '../context.ts';
import { renderDetails } from '../messages/digest-details.ts';
import { renderPreview, withRest } from '../messages/digest-preview.ts';
import type { ClickRequest, CommandRequest } from '../request.ts';
import { privately } from '../send.ts';

/** Slack takes as many answers to one press (docs.slack.dev/interactivity/handling-user-interaction). */
const mostAnswers = 5;

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

/** What would stand in its thread, below the preview and in the same order. */
export async function previewThread({ digest, now }: SlackContext, { click, respond }: ClickRequest): Promise<void> {
  const { channelId, channelName, value, threadTs } = click;
  const from = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  const { digest: composed } = await digest.preview({ id: channelId, name: channelName }, now());
  const messages = renderDetails(composed);
  const shown = messages.slice(from, from + mostAnswers);
  const rest = messages.length - from - shown.length;
  for (const [index, message] of shown.entries()) {
    const isLast = index + 1 === shown.length;
    await respond(privately(isLast && rest > 0 ? withRest(message, from + shown.length, rest) : message, threadTs));
  }
}

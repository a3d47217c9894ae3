import { answerText } from '../answer-question.ts';
import type { SlackContext } from '../context.ts';
import type { CommandRequest } from '../request.ts';
import { privately } from '../send.ts';

export async function since(context: SlackContext, { asker, text, channelId, respond }: CommandRequest): Promise<void> {
  await respond(privately(await answerText(context, asker, { text, channelId, shareable: true })));
}

import { answerText } from '../answer-question.ts';
import type { SlackContext } from '../context.ts';
import type { CommandRequest } from '../request.ts';
import { privately } from '../send.ts';
import { aboutSubscriptions, isAboutSubscriptions } from '../subscriptions/command.ts';

export async function since(context: SlackContext, request: CommandRequest): Promise<void> {
  const { asker, text, channelId, respond } = request;
  if (isAboutSubscriptions(text)) {
    const answer = await aboutSubscriptions(context, request);
    if (answer !== null) await respond(privately(answer));
    return;
  }
  await respond(privately(await answerText(context, asker, { text, channelId, shareable: true })));
}

import { linkCommandOf } from '../../domain/people/link-command.ts';
import { answerText } from '../answer-question.ts';
import type { SlackContext } from '../context.ts';
import type { CommandRequest } from '../request.ts';
import { privately } from '../send.ts';
import { aboutSubscriptions, isAboutSubscriptions } from '../subscriptions/command.ts';
import { answerLink } from './links.ts';

export async function since(context: SlackContext, request: CommandRequest): Promise<void> {
  const { asker, text, channelId, respond } = request;
  if (isAboutSubscriptions(text)) {
    const answer = await aboutSubscriptions(context, request);
    if (answer !== null) await respond(privately(answer));
    return;
  }
  const command = linkCommandOf(text);
  if (command !== null) return void (await respond(privately(await answerLink(context, asker, command))));
  await respond(privately(await answerText(context, asker, { text, channelId, shareable: true })));
}

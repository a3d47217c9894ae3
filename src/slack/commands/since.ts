import { linkCommandOf } from '../../domain/people/link-command.ts';
import { answerText } from '../answer-question.ts';
import type { SlackContext } from '../context.ts';
import type { CommandRequest } from '../request.ts';
import { privately } from '../send.ts';
import { answerLink } from './links.ts';

export async function since(context: SlackContext, { asker, text, channelId, respond }: CommandRequest): Promise<void> {
  const command = linkCommandOf(text);
  if (command !== null) return void (await respond(privately(await answerLink(context, asker, command))));
  await respond(privately(await answerText(context, asker, { text, channelId, shareable: true })));
}

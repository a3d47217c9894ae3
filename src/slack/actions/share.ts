import { createHash } from 'node:crypto';
import { answerState } from '../answer-question.ts';
import { decodeButton } from '../answer-state.ts';
import type { SlackContext } from '../context.ts';
import { firstTime, notDone } from '../once.ts';
import type { ClickRequest } from '../request.ts';
import { inPlace, privately, publicly } from '../send.ts';
import { outdated } from './answer-again.ts';

/**
 * Posts the answer for everybody in the channel, asked anew as the person who shares it, and takes the button away.
 * Pressing twice shares once.
 */
export async function share(context: SlackContext, { asker, click, respond }: ClickRequest): Promise<void> {
  const button = decodeButton(click.value);
  if (button === null) {
    await respond(privately(outdated(), click.threadTs));
    return;
  }
  const answer = createHash('sha256').update(click.value).digest('hex');
  const once = `share:${asker.id}:${click.messageTs}:${answer}`;
  if (!(await firstTime(context.db, once, context.now()))) return;
  const { state } = button;
  try {
    const shared = await answerState(context, asker, { state, shareable: false, public: true, sharedBy: asker.id });
    await respond(publicly(shared, click.threadTs));
  } catch (error) {
    await notDone(context.db, once);
    throw error;
  }
  if (click.audience === 'asker')
    await respond(inPlace(await answerState(context, asker, { state, shareable: false }), 'ephemeral'));
}

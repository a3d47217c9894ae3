import { answerState } from '../answer-question.ts';
import { type AnswerState, decodeButton } from '../answer-state.ts';
import type { SlackContext } from '../context.ts';
import { renderNotUnderstood } from '../messages/not-understood.ts';
import type { ClickRequest } from '../request.ts';
import { inPlace, privately } from '../send.ts';

/**
 * Asks again with the state changed. An answer that only the asker sees is replaced; one that others see stays as it
 * is, and who pressed gets their own below it.
 */
export async function answerAgain(
  context: SlackContext,
  { asker, click, respond }: ClickRequest,
  change: (
    state: AnswerState,
    choice: string | null,
  ) => AnswerState | { readonly state: AnswerState; readonly cursor: string },
): Promise<void> {
  const button = decodeButton(click.value);
  if (button === null) {
    await respond(privately(outdated(), click.threadTs));
    return;
  }
  const changed = change(button.state, button.choice);
  const { state, cursor } = 'state' in changed ? changed : { state: changed, cursor: null };
  // A button holds the question and not the page: sharing a later page would show the first.
  const shareable = click.audience !== 'direct' && cursor === null;
  const message = await answerState(context, asker, { state, cursor, shareable });
  switch (click.audience) {
    case 'asker':
      await respond(inPlace(message, 'ephemeral'));
      return;
    case 'direct':
      await respond(inPlace(message, 'in_channel'));
      return;
    case 'channel':
      await respond(privately(message, click.threadTs));
  }
}

/** A button of an older version, or one that is not ours. */
export function outdated() {
  return renderNotUnderstood({
    read: '',
    problem: 'I can no longer read that button.',
    examples: ['2h', 'yesterday 15:00', 'last good deploy'],
  });
}

import type { SlackContext } from '../context.ts';
import type { ClickRequest } from '../request.ts';
import { answerAgain } from './answer-again.ts';

/** The same window and environment without the filters that hid the rest. */
export function showElsewhere(context: SlackContext, request: ClickRequest): Promise<void> {
  return answerAgain(context, request, (state) => ({ ...state, services: [], kinds: [], actor: null, text: null }));
}

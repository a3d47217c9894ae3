import type { SlackContext } from '../context.ts';
import type { ClickRequest } from '../request.ts';
import { answerAgain } from './answer-again.ts';

export function nextPage(context: SlackContext, request: ClickRequest): Promise<void> {
  return answerAgain(context, request, (state, cursor) => (cursor === null ? state : { state, cursor }));
}

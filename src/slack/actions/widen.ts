import { subHours } from 'date-fns';
import type { SlackContext } from '../context.ts';
import type { ClickRequest } from '../request.ts';
import { answerAgain } from './answer-again.ts';

/** To 24 hours before the end of the window; a window that is longer stays as it is. */
export function widen(context: SlackContext, request: ClickRequest): Promise<void> {
  return answerAgain(context, request, (state) => {
    const day = subHours(state.to ?? context.now(), 24);
    return { ...state, from: day < state.from ? day : state.from };
  });
}

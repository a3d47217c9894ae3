import { kinds } from '../../domain/change.ts';
import type { AnswerState } from '../answer-state.ts';
import type { SlackContext } from '../context.ts';
import type { ClickRequest } from '../request.ts';
import { answerAgain } from './answer-again.ts';

/** Narrows to the service, kind or environment on the button. */
export function filter(context: SlackContext, request: ClickRequest): Promise<void> {
  const { actionId } = request.click;
  return answerAgain(context, request, (state, choice) =>
    choice === null ? state : narrowed(state, actionId, choice),
  );
}

function narrowed(state: AnswerState, actionId: string, choice: string): AnswerState {
  switch (actionId) {
    case 'since_filter_service':
      return { ...state, services: [choice] };
    case 'since_filter_environment':
      return { ...state, environment: choice };
    case 'since_filter_kind': {
      const kind = kinds.find((each) => each === choice);
      return kind === undefined ? state : { ...state, kinds: [kind] };
    }
    default:
      return state;
  }
}

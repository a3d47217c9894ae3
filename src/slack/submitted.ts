import type { AckFn, ViewResponseAction } from '@slack/bolt';
import type { SlackContext } from './context.ts';
import { renderRefusal } from './messages/refusal.ts';
import { renderTold } from './modals/told.ts';
import { firstTime, notDone } from './once.ts';
import type { SubmissionRequest } from './request.ts';
import { submissionOf } from './submission.ts';
import { type ViewAnswer, show, wrong } from './views/answer.ts';

const apology =
  'Something went wrong on my side and nothing was saved. What you wrote is still here: try again in a minute.';

interface Submitting {
  readonly listener: (context: SlackContext, request: SubmissionRequest) => Promise<ViewAnswer>;
  readonly body: unknown;
  readonly ack: AckFn<ViewResponseAction> | AckFn<void>;
}

/**
 * Here the acknowledgement is the answer: the modal stays open until it comes, so that nothing that somebody wrote is
 * lost. What is done before it are a few statements in the database.
 */
export async function submitted(context: SlackContext, { listener, body, ack }: Submitting): Promise<void> {
  const answer = ack as AckFn<ViewResponseAction>;
  const submission = submissionOf(body);
  if (submission === null || !(await firstTime(context.db, submission.key, context.now()))) return ack();
  const { userId, key, ...rest } = submission;
  try {
    const asker = await context.who(userId);
    const outcome =
      asker.outcome === 'refused'
        ? show(renderTold('Sorry', renderRefusal(asker.why).text))
        : await listener(context, { asker, key, ...rest });
    if (outcome.outcome === 'errors') await notDone(context.db, key);
    await settle(outcome, ack, answer);
  } catch (error) {
    await settle(wrong(rest.entered.first, apology), ack, answer);
    await notDone(context.db, key);
    throw error;
  }
}

function settle(outcome: ViewAnswer, ack: Submitting['ack'], answer: AckFn<ViewResponseAction>): Promise<void> {
  switch (outcome.outcome) {
    case 'close':
      return ack();
    case 'show':
      return answer({ response_action: 'update', view: outcome.view });
    case 'errors':
      return answer({ response_action: 'errors', errors: { ...outcome.errors } });
  }
}

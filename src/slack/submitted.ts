import type { AckFn, ViewResponseAction } from '@slack/bolt';
import type { SlackContext } from './context.ts';
import { renderRefusal } from './messages/refusal.ts';
import { renderTold } from './modals/told.ts';
import { firstTime, notDone } from './once.ts';
import type { SubmissionRequest } from './request.ts';
import { type Submission, submissionOf } from './submission.ts';
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
  const { outcome, failure } = await listen(context, listener, submission);
  if (outcome.outcome === 'errors') {
    // First: whoever reads what is wrong may press again at once, and must not be taken for a copy.
    await notDone(context.db, submission.key).catch((error: unknown) => {
      context.log.warn({ err: error }, 'a submission cannot be tried again as it is');
    });
  }
  await settle(outcome, ack, answer);
  if (failure !== null) throw failure;
  if (outcome.outcome === 'show') await outcome.afterwards?.();
}

interface Heard {
  readonly outcome: ViewAnswer;
  /** What went wrong; `outcome` apologises for it. */
  readonly failure: Error | null;
}

async function listen(
  context: SlackContext,
  listener: Submitting['listener'],
  { userId, ...request }: Submission,
): Promise<Heard> {
  try {
    const asker = await context.who(userId);
    const outcome =
      asker.outcome === 'refused'
        ? show(renderTold('Sorry', renderRefusal(asker.why).text))
        : await listener(context, { asker, ...request });
    return { outcome, failure: null };
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    return { outcome: wrong(request.entered.first, apology), failure };
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

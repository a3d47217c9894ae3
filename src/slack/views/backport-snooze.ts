import { addDays } from 'date-fns';
import { decided } from '../backports/decide.ts';
import { morningOf } from '../backports/days.ts';
import type { SlackContext } from '../context.ts';
import { decidedWords, goneWords } from '../messages/backport-said.ts';
import { renderTold } from '../modals/told.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, close, show, wrong } from './answer.ts';

/** Its message says so within seconds, so nothing more is said. */
export async function snoozeSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  if (about.b === undefined) return show(renderTold('Not there', goneWords));
  const now = context.now();
  const chosen = entered.choice('until');
  const day = entered.day('day');
  if (chosen === 'date' && day === null) return wrong('day', 'Choose a day.');
  const until =
    chosen === 'release'
      ? ('release' as const)
      : chosen === 'date' && day !== null
        ? morningOf(day, asker.timezone)
        : addDays(now, 1);
  if (until !== 'release' && until <= now) return wrong('day', 'That morning is over. Choose a day that is to come.');
  const given = entered.text('reason');
  const decision = { kind: 'snooze', until, reason: given === '' ? null : given } as const;
  const said = await decided(context, about.b, decision, asker);
  if (said.outcome === 'done') return close;
  if (said.outcome === 'unknown') return show(renderTold('Not there', decidedWords(said)));
  return wrong(/why/i.test(said.why) && given === '' ? 'reason' : chosen === 'date' ? 'day' : 'until', said.why);
}

import { decided } from '../backports/decide.ts';
import { endOf } from '../backports/days.ts';
import { isReason } from '../../domain/reason.ts';
import type { SlackContext } from '../context.ts';
import { decidedWords, goneWords } from '../messages/backport-said.ts';
import { renderTold } from '../modals/told.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, show, wrong } from './answer.ts';

/** What is wrong is told at its field, and what was written stays. */
export async function waiveSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  if (about.b === undefined) return show(renderTold('Not there', goneWords));
  const reason = entered.text('reason');
  if (!isReason(reason)) return wrong('reason', 'Say why in a few words: others have to go by it.');
  const day = entered.day('until');
  if (day === null) return wrong('until', 'Choose a day.');
  const until = endOf(day);
  if (until <= context.now()) return wrong('until', 'That day is over. Choose one that is to come.');
  const said = await decided(context, about.b, { kind: 'waive', reason, until }, asker);
  if (said.outcome === 'refused') return wrong(/180|until/i.test(said.why) ? 'until' : 'reason', said.why);
  return show(renderTold(said.outcome === 'done' ? 'Noted' : 'Not there', decidedWords(said)));
}

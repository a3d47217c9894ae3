import { muteReasons } from '../../domain/parity/alarms.ts';
import { muteAlarm } from '../../parity/alarms.ts';
import { enqueueAgain } from '../../parity/enqueue-alarms.ts';
import type { SlackContext } from '../context.ts';
import { renderTold } from '../modals/told.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, close, show, wrong } from './answer.ts';

/** Its message says so within seconds, so nothing more is said. */
export async function uselessSubmitted(
  { db, now }: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const why = muteReasons.find((reason) => reason === entered.choice('why'));
  if (why === undefined) return wrong('why', 'Choose one.');
  const said = { why, note: entered.text('note'), by: asker.id };
  const alarm = about.l === undefined ? null : await muteAlarm(db, about.l, said, now());
  if (alarm === null) return show(renderTold('Not there', '*I know that alarm no more*, so nothing has changed.'));
  await enqueueAgain(db, alarm, now());
  return close;
}

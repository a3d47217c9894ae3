import { sayUseless } from '../../digest/said.ts';
import { digestCauses } from '../../domain/digest/said.ts';
import type { SlackContext } from '../context.ts';
import { renderTold } from '../modals/told.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, show, wrong } from './answer.ts';

export async function digestUselessSubmitted(
  { db, now }: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const cause = digestCauses.find((each) => each === entered.choice('why'));
  if (cause === undefined) return wrong('why', 'Choose one.');
  const [week = null] = /^\d{4}-W\d\d$/.exec(about.t ?? '') ?? [];
  if (about.c === null) return show(renderTold('Not there', '*I know that digest no more*, so nothing was kept.'));
  await sayUseless(db, { channel: about.c, week }, { cause, note: entered.text('note'), by: asker.id, now: now() });
  return show(renderTold('Thank you', '*Kept.* Those who run me see how often it is said, and why.'));
}

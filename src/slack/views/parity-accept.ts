import { addDays } from 'date-fns';
import { readPattern } from '../../domain/parity/pattern.ts';
import { isReason } from '../../domain/reason.ts';
import type { SlackContext } from '../context.ts';
import { acceptedWords } from '../messages/parity-accepted.ts';
import { dayOf, mostDays } from '../modals/parity-accept.ts';
import { renderTold } from '../modals/told.ts';
import { askForSecond } from '../parity/confirm.ts';
import { alarmsFollow, compareNow } from '../parity/find.ts';
import { tokenOf } from '../parity/state.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, show, wrong } from './answer.ts';

/** What is wrong is told at its field, and what was written stays. */
export async function acceptSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const pair = about.p === undefined ? null : { reference: about.p[0], mirror: about.p[1] };
  if (pair === null) return show(notThere);
  const now = context.now();
  const token = entered.choice('difference');
  const { differences } = await compareNow(context, asker.id, pair);
  const difference = differences.find(({ id }) => tokenOf(id) === token);
  if (difference === undefined)
    return wrong('difference', 'That does not differ any more, so there is nothing to accept.');
  const pattern = readPattern(entered.text('key'), difference.key);
  if ('problem' in pattern) return wrong('key', pattern.problem);
  const reason = entered.text('reason');
  if (!isReason(reason)) return wrong('reason', 'Say why in a few words: it is read in the audit.');
  const expires = entered.day('expires');
  const latest = dayOf(addDays(now, mostDays));
  if (expires === null || expires < dayOf(now))
    return wrong('expires', 'That day is over. Choose one that is to come.');
  if (expires > latest) return wrong('expires', `At most a year: ${latest} is the last day.`);
  const owner = entered.text('owner');
  const wish = {
    pair,
    service: entered.choice('where') === 'everywhere' ? null : difference.service,
    facet: difference.facet,
    key: pattern.glob,
    reason,
    impact: entered.text('impact'),
    owner: owner === '' ? null : owner,
    expires,
    by: asker.id,
    highRisk: context.parity.isHighRisk(difference, pattern.glob),
  };
  const said = await context.parity.accept(wish, now);
  if (said.outcome === 'refused') return wrong('reason', said.why);
  await alarmsFollow(context, pair);
  const { acceptance } = said;
  const asked = acceptance.needsSecond ? await askForSecond(context, acceptance, about.c) : null;
  return show(renderTold(acceptance.needsSecond ? 'One more person' : 'Accepted', acceptedWords(acceptance, asked)));
}

const notThere = renderTold('Not there', '*I can no longer read that form.* `/parity accept` opens a new one.');

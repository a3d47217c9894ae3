import { giveReason } from '../../freezes/give-reason.ts';
import type { SlackContext } from '../context.ts';
import { givenWords } from '../messages/freeze.ts';
import { renderTold } from '../modals/told.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, close, show, wrong } from './answer.ts';

/** The message says so within seconds, so nothing more is said. */
export async function freezeReasonSubmitted(
  { db, catalog, now }: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const reason = { changeId: about.x ?? '', reason: entered.text('reason'), by: asker.id, name: asker.name };
  const said = await giveReason({ db, catalog }, reason, now());
  switch (said.outcome) {
    case 'given':
      return close;
    case 'empty':
      return wrong('reason', 'Say why, in a few words.');
    case 'given-before':
      return show(renderTold('Said already', givenWords(said.frozen)));
    case 'unknown':
      return show(renderTold('Not there', '*I know that deploy no more*, so nothing has changed.'));
  }
}

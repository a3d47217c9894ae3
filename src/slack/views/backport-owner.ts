import { decided } from '../backports/decide.ts';
import type { SlackContext } from '../context.ts';
import { decidedWords, goneWords } from '../messages/backport-said.ts';
import { renderTold } from '../modals/told.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, show, wrong } from './answer.ts';

/** It counts against the rule either way; who looks after it is asked from now on. */
export async function ownerSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  if (about.b === undefined) return show(renderTold('Not there', goneWords));
  const owner = entered.person('owner');
  if (owner !== null && (await context.who(owner)).outcome === 'refused') {
    return wrong('owner', 'I can ask full members of this workspace only.');
  }
  const useless = await decided(context, about.b, { kind: 'useless', cause: 'wrong-owner' }, asker);
  if (useless.outcome !== 'done') return show(renderTold('Not there', decidedWords(useless)));
  if (owner === null) return show(renderTold('Noted', 'Noted: I asked the wrong person.'));
  const handed = await decided(context, about.b, { kind: 'hand-over', to: owner }, asker);
  if (handed.outcome === 'refused') return wrong('owner', handed.why);
  return show(renderTold('Handed over', decidedWords(handed)));
}

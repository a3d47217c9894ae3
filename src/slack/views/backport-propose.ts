import { outsideText } from '../../domain/outside-text.ts';
import { decided } from '../backports/decide.ts';
import type { SlackContext } from '../context.ts';
import { decidedWords, goneWords } from '../messages/backport-said.ts';
import { sentences } from '../messages/incident-heading.ts';
import { renderTold } from '../modals/told.ts';
import type { SubmissionRequest } from '../request.ts';
import { tellAfter } from '../tell-after.ts';
import { type ViewAnswer, show, wrong } from './answer.ts';

/** Its digits, whole or shortened, or the address of its page. */
const commitNamed = /^(?:https?:\/\/\S+\/commits?\/)?[0-9a-f]{7,40}(?:[?#]\S*)?$/i;

/** A short commit is looked up in the repository, which may take longer than Slack waits. */
export async function proposeSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const { b: id, c: channelId } = about;
  const commit = outsideText(entered.text('commit'), 500) ?? '';
  if (id === undefined) return show(renderTold('Not there', goneWords));
  if (!commitNamed.test(commit)) {
    return wrong('commit', 'That is no commit: give 7 to 40 of its digits, or the address of its page.');
  }
  const decision = { kind: 'propose', commit } as const;
  if (/^[0-9a-f]{40}$/i.test(commit)) {
    const said = await decided(context, id, { ...decision, commit: commit.toLowerCase() }, asker);
    if (said.outcome === 'refused') return wrong('commit', said.why);
    return show(renderTold(said.outcome === 'done' ? 'I look at it' : 'Not there', decidedWords(said)));
  }
  const told = renderTold('I look it up', '*I look for that commit.* I tell you in a moment, where only you see it.');
  return {
    ...show(told),
    afterwards: () =>
      tellAfter(context, { channelId, userId: asker.id }, async () =>
        sentences(decidedWords(await decided(context, id, decision, asker))),
      ),
  };
}

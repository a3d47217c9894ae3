import { addDays } from 'date-fns';
import { type Decision, uselessCauses } from '../../domain/backports/decision.ts';
import type { NagView } from '../../domain/nags/nag.ts';
import type { SlackContext } from '../context.ts';
import { decidedWords, goneWords, openedWords, renderSettled } from '../messages/backport-said.ts';
import { sentences } from '../messages/incident-heading.ts';
import { freeSnoozes, type SnoozeChoice } from '../messages/nag-buttons.ts';
import { isOver, isWaiting } from '../messages/nag-state.ts';
import { renderOwnerModal } from '../modals/backport-owner.ts';
import { renderProposeModal } from '../modals/backport-propose.ts';
import { renderSnoozeModal } from '../modals/backport-snooze.ts';
import { renderWaiveModal } from '../modals/backport-waive.ts';
import { openModal } from '../open-modal.ts';
import type { ClickRequest } from '../request.ts';
import type { SlackMessage } from '../send.ts';
import { decided } from './decide.ts';
import type { BackportChoice } from './state.ts';

/** What somebody wants of a backport. Gives what to tell them; null: a modal is open. */
export async function press(
  context: SlackContext,
  request: ClickRequest,
  { choice, id, commit }: BackportChoice,
): Promise<SlackMessage | null> {
  const view = await context.backports.get(id);
  if (view === null) return sentences(goneWords);
  const wants = { context, request, view };
  switch (choice) {
    case 'open':
      return isWaiting(view) ? open(wants) : renderSettled(view);
    case 'propose':
      return modal(wants, renderProposeModal(view, request.click.channelId));
    case 'waive':
      return modal(wants, renderWaiveModal(view, request.click.channelId, context.now()));
    case 'day':
    case 'release':
    case 'date':
      return snooze(wants, choice);
    case 'wake':
      return say(wants, { kind: 'wake' });
    case 'second':
      return say(wants, { kind: 'second' });
    case 'yes':
    case 'no':
      return say(wants, { kind: 'answer', yes: choice === 'yes', ...(commit === null ? {} : { commit }) });
    default:
      return useless(wants, choice);
  }
}

interface Wants {
  readonly context: SlackContext;
  readonly request: ClickRequest;
  readonly view: NagView;
}

async function open({ context, request, view }: Wants): Promise<SlackMessage> {
  const { id } = view.backport;
  const { asker } = request;
  const opened = await context.backports.openPull(id, { id: asker.id, name: asker.name });
  if (opened.outcome !== 'refused') await context.backports.follow(id);
  return sentences(openedWords(opened));
}

async function say({ context, request, view }: Wants, decision: Decision): Promise<SlackMessage> {
  return sentences(decidedWords(await decided(context, view.backport.id, decision, request.asker)));
}

/** What is settled is told before anybody fills in a form. */
async function modal(
  { context, request, view }: Wants,
  form: Parameters<typeof openModal>[2],
): Promise<SlackMessage | null> {
  if (!isWaiting(view)) return renderSettled(view);
  return openModal(context, request.click.triggerId, form);
}

/** With one press, unless there is a day to choose or a reason to give. */
function snooze(wants: Wants, chosen: SnoozeChoice): Promise<SlackMessage | null> {
  const { context, request, view } = wants;
  const now = context.now();
  if (chosen === 'date' || view.backport.snoozes >= freeSnoozes) {
    return modal(wants, renderSnoozeModal({ view, chosen, channelId: request.click.channelId, now }));
  }
  return say(wants, { kind: 'snooze', until: chosen === 'day' ? addDays(now, 1) : 'release', reason: null });
}

/** What comes of it is asked at once, where something can. */
async function useless(wants: Wants, choice: string): Promise<SlackMessage | null> {
  const { context, request, view } = wants;
  const { channelId, triggerId } = request.click;
  const cause = uselessCauses.find((each) => each === choice);
  if (cause === undefined) return sentences(goneWords);
  if (cause === 'wrong-owner' && !isOver(view)) {
    return openModal(context, triggerId, renderOwnerModal(view, channelId));
  }
  const said = await decided(context, view.backport.id, { kind: 'useless', cause }, request.asker);
  if (said.outcome !== 'done' || cause !== 'already-done' || !isWaiting(view) || view.backport.fact !== null) {
    return sentences(decidedWords(said));
  }
  return openModal(context, triggerId, renderProposeModal(view, channelId));
}

import type { NagStep, NagView, Person } from '../../domain/nags/nag.ts';
import type { SlackMessage } from '../send.ts';
import { context, section } from './blocks.ts';
import { outside } from './escape.ts';
import { nagButtons } from './nag-buttons.ts';
import { toYou } from './nag-day.ts';
import { nagTitle } from './nag-title.ts';
import { actorWords, nextWords } from './nag-work.ts';
import { type Voice, dated, written } from './voice.ts';

/** Below the message of a backport: the one who can move it now, or who leads them, is asked by name. */
export function renderEscalation(view: NagView, step: NagStep, person: Person | null): SlackMessage {
  return {
    text: [
      askWords(view, { step, person }, written),
      nextWords(view.next, written),
      'What is so can be said above, or with /backports.',
    ].join(' '),
    blocks: [section(askWords(view, { step, person }, dated)), ...nagButtons(view), context(nextWords(view.next, dated))],
  };
}

function askWords(
  view: NagView,
  { step, person }: { readonly step: NagStep; readonly person: Person | null },
  voice: Voice,
): string {
  const { backport } = view;
  const asked = person === null ? view : toYou(view, person);
  const task = actorWords(asked.actor, backport.mirror);
  const mirror = outside(backport.mirror, 60);
  const state = backport.state === 'landed' ? `${mirror} does not run it yet` : `${mirror} does not have it`;
  return `${calling(person)}${nagTitle(view, voice)} has been in ${outside(backport.reference, 60)} ${voice.since(backport.openedAt)}, and ${state}. ${reasonWords(view, step)}: ${task}.`;
}

/** Only one person is ever called: never a channel, nor a group, whatever the settings name. */
function calling(person: Person | null): string {
  if (person === null) return '';
  const { slackId, name } = person;
  if (slackId !== null && /^[UW][A-Z0-9]{1,30}$/.test(slackId)) return `<@${slackId}>, `;
  return `${outside(name.replace(/^@/, ''), 80)}, `;
}

function reasonWords({ owner, backport }: NagView, step: NagStep): string {
  const who = owner === null ? null : outside(owner.name, 80);
  if (step === 'lead') return `Asking did not move it, so I ask whoever leads ${outside(backport.service ?? 'here', 80)}`;
  return who === null ? 'I know no owner to ask' : `I have asked ${who} before`;
}

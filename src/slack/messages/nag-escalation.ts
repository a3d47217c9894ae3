import type { EscalationWhy, NagEscalation, NagView } from '../../domain/nags/nag.ts';
import type { Person } from '../../domain/people/person.ts';
import type { SlackMessage } from '../send.ts';
import { context, section } from './blocks.ts';
import { outside } from './escape.ts';
import { nagButtons } from './nag-buttons.ts';
import { nagTitle } from './nag-title.ts';
import { nextWords, taskWords } from './nag-work.ts';
import { type Voice, dated, written } from './voice.ts';

/** Below the message of a backport: the team hears that it does not move, and at most one of them is called. */
export function renderEscalation(escalation: NagEscalation): SlackMessage {
  const { view } = escalation;
  return {
    text: [
      askWords(escalation, written),
      nextWords(view, written),
      'To act: the buttons of this message, or /backports.',
    ].join(' '),
    blocks: [section(askWords(escalation, dated)), ...nagButtons(view), context(nextWords(view, dated))],
  };
}

/** What is left of it once nothing is to be done: whoever reads the thread need not look above. */
export function renderEscalationOver({ backport }: Pick<NagView, 'backport'>): SlackMessage {
  const { state, liveAt } = backport;
  const words = (voice: Voice) => {
    const when = liveAt === null ? '' : ` ${voice.at(liveAt)}`;
    const end = state === 'live' ? `came home${when}` : 'need not come any more';
    return `${nagTitle({ backport }, voice)} ${end}: nobody is asked any more.`;
  };
  return { text: words(written), blocks: [section(`:white_check_mark: ${words(dated)}`)] };
}

function askWords({ view, person, why }: NagEscalation, voice: Voice): string {
  const { backport } = view;
  const mirror = outside(backport.mirror, 60);
  const state = backport.state === 'landed' ? `${mirror} does not run it yet` : `it has not come to ${mirror}`;
  const since = `${outside(backport.reference, 60)} has had ${nagTitle(view, voice)} ${voice.since(backport.openedAt)}`;
  return `${calling(person)}${since}, and ${state}. ${whyWords(view, why)}. What is missing: ${taskWords(view.actor, backport.mirror)}.`;
}

/** Only one person is ever called: never a channel, nor a group, whatever the settings name. */
function calling(person: Person | null): string {
  if (person === null) return '';
  const { slackId, name } = person;
  if (slackId !== null && /^[UW][A-Z0-9]{1,30}$/.test(slackId)) return `<@${slackId}>, `;
  return `${outside(name.replace(/^@/, ''), 80)}, `;
}

function whyWords({ actor, owner }: NagView, why: EscalationWhy): string {
  const who = actor.person ?? owner;
  const name = who === null ? 'whoever could act' : outside(who.name, 80);
  switch (why) {
    case 'waited':
      return `I asked ${name}, and it has not moved`;
    case 'left':
      return `${name.charAt(0).toUpperCase()}${name.slice(1)} is here no more`;
    case 'unknown':
      return 'I know nobody in Slack to ask';
    case 'wrong-owner':
      return `Somebody says that it is not ${name}’s`;
  }
}

import type { ActionsBlock, Button, StaticSelect } from '@slack/types';
import { afterMerge } from '../../domain/backports/after-merge.ts';
import { type UselessCause, uselessCauses } from '../../domain/backports/decision.ts';
import { askedOf } from '../../domain/backports/judge-decision.ts';
import type { NagView } from '../../domain/nags/nag.ts';
import { optionOf, plain } from '../modals/field.ts';
import { button } from './blocks.ts';
import { isWaiting, wantsSecond } from './nag-state.ts';

export const causeWords: Readonly<Record<UselessCause, string>> = {
  'already-done': 'It is done already',
  'not-a-hotfix': 'It is no hotfix',
  'wrong-owner': 'Wrong owner',
  'not-relevant': 'Not relevant here',
};

export const snoozeChoices = { day: 'For 1 day', release: 'Until the next release', date: 'Until a day…' } as const;
export type SnoozeChoice = keyof typeof snoozeChoices;

/** Slack's limit for the address of a button. */
const longestUrl = 3000;

/** Beyond these, a reason is wanted. */
export const freeSnoozes = 3;

/** What can be done about it now, the likeliest first. */
export function nagButtons(view: NagView): readonly ActionsBlock[] {
  const { id, state, snoozed } = view.backport;
  if (!isWaiting(view) && state !== 'waived') return [];
  const label = (text: string, action: string) => button(action, { label: text, value: id });
  if (state === 'waived') {
    return [{ type: 'actions', block_id: blockOf(view), elements: [label('Ask again', 'backport_wake')] }];
  }
  const elements = [
    ...(wantsSecond(view) ? [{ ...label('Confirm', 'backport_second'), style: 'primary' as const }] : []),
    ...answerButtons(view),
    ...pullButton(view),
    label('It is already there…', 'backport_propose'),
    snoozed === null ? snoozeMenu(view) : label('Ask again', 'backport_wake'),
    label('Not needed…', 'backport_waive'),
    uselessMenu(view),
  ];
  // A menu keeps what was chosen in it until its block is another one.
  return [{ type: 'actions', block_id: blockOf(view), elements }];
}

/** Each says which commit it is about: by the time it is pressed another may be asked about. */
function answerButtons({ backport }: NagView): readonly Button[] {
  const asked = shownCommit(backport);
  if (asked === null) return [];
  const value = `${backport.id}:${asked}`;
  const commit = asked.slice(0, 7);
  return [
    button('backport_yes', { label: `Yes, it is ${commit}`, value }),
    button('backport_no', { label: 'No, it is not', value }),
  ];
}

/** Of which it is asked whether it is it, as far as a button can say it. */
export function shownCommit(backport: NagView['backport']): string | null {
  const asked = askedOf(backport);
  return asked !== null && /^[0-9a-f]{40}$/.test(asked) ? asked : null;
}

function pullButton({ backport, pull, pick, byHand }: NagView): readonly Button[] {
  const isOver = pull?.state === 'failed' || pull?.state === 'closed' || afterMerge(backport, pull) === 'in-vain';
  if (pull !== null && !isOver) {
    const { url, number } = pull;
    if (url === null || url.length > longestUrl || !/^https?:\/\//.test(url)) return [];
    return [
      {
        ...button('backport_pull', { label: number === null ? 'Open' : `Open PR #${number}`, value: backport.id }),
        url,
      },
    ];
  }
  // Where we cannot, the message says how.
  if (byHand !== null && byHand.opening !== 'ours') return [];
  if (backport.fact !== null || backport.repository === null || backport.commits.length === 0) return [];
  const again = pull === null ? 'Open backport PR' : 'Open a new backport PR';
  const open = button('backport_open', { label: again, value: backport.id });
  const isNext = backport.state === 'open' && backport.waived === null && pick?.outcome !== 'conflicts';
  return [isNext ? { ...open, style: 'primary' } : open];
}

function snoozeMenu({ backport: { id } }: NagView): StaticSelect {
  return menu('backport_snooze', 'Snooze', Object.entries(snoozeChoices), id);
}

function uselessMenu({ backport: { id } }: NagView): StaticSelect {
  const causes = uselessCauses.map((cause) => [cause, causeWords[cause]] as const);
  return menu('backport_useless', 'Not useful', causes, id);
}

function menu(
  action: string,
  placeholder: string,
  choices: readonly (readonly [value: string, label: string])[],
  id: string,
): StaticSelect {
  const options = choices.flatMap(([value, label]) => optionOf(label, `${value}:${id}`) ?? []);
  return { type: 'static_select', action_id: action, placeholder: plain(placeholder), options };
}

function blockOf({ backport: { id, state, snoozes, snoozed, waived, proposed } }: NagView): string {
  const said = [snoozed, waived, proposed].map((each) => (each === null ? '-' : '+')).join('');
  return `backport:${id}:${state}:${snoozes}${said}`;
}

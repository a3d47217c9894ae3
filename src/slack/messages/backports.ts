import type { Button, KnownBlock, Overflow, PlainTextOption } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import type { NagView } from '../../domain/nags/nag.ts';
import type { BackportPage, RuleRate } from '../backports/port.ts';
import { type BackportsState, encodeBackports } from '../backports/state.ts';
import { optionOf } from '../modals/field.ts';
import type { SlackMessage } from '../send.ts';
import { button, context, section } from './blocks.ts';
import { bold, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { nagLine } from './nag-line.ts';
import { shownCommit } from './nag-buttons.ts';
import { isWaiting, wantsSecond } from './nag-state.ts';
import { dated, written } from './voice.ts';

export const perPage = 8;
const mostUnknown = 3;
const longestText = 3500;

interface Listed extends BackportPage {
  readonly state: BackportsState;
  readonly rates: readonly RuleRate[];
}

/** What is to come home: oldest first, a page at a time. */
export function renderBackports({ views, total, everywhere, unknown, state, rates }: Listed): SlackMessage {
  const head = headOf(state, total, everywhere);
  const until = state.offset + views.length;
  const range =
    total > views.length && views.length > 0 ? `  ${state.offset + 1}–${until} of ${total.toLocaleString('en')}` : '';
  const foot = footOf(rates);
  const notKnown = unknown.slice(0, mostUnknown).map((why) => `:warning: ${outside(why, 300)}`);
  const blind = unknown.length > mostUnknown ? [`and ${unknown.length - mostUnknown} more`] : [];
  const turn = turning(state, until, total);
  const switches = switching(state, { total, everywhere });
  const elements = [...turn, ...switches];
  return {
    text: fitting(
      [
        outside(head, 300) + range,
        ...views.map((view, at) => `${state.offset + at + 1}. ${nagLine(view, written)}`),
        ...unknown.slice(0, mostUnknown).map((why) => outside(why, 300)),
        ...(foot === '' ? [] : [foot]),
      ],
      longestText,
    ),
    blocks: [
      section(`${bold(head, 300)}${range}`),
      ...views.map((view, at) => entry(view, state.offset + at + 1)),
      ...(notKnown.length === 0 ? [] : [section([...notKnown, ...blind].join('\n'))]),
      ...(elements.length === 0 ? [] : [{ type: 'actions' as const, elements }]),
      ...(foot === '' ? [] : [context(foot)]),
    ],
  };
}

function headOf({ mine, service }: BackportsState, total: number, everywhere: number): string {
  const of = service === null ? '' : ` of ${service}`;
  if (total > 0) {
    const verb = total === 1 ? 'is' : 'are';
    return mine
      ? `${countOf(total, 'backport')}${of} ${verb} yours`
      : `${countOf(total, 'backport')}${of} ${verb} not done`;
  }
  if (!mine) return `Nothing${of} is to come home, as far as I know`;
  if (everywhere === 0) return 'Nothing is to come home, as far as I know';
  return everywhere === 1
    ? 'The one backport that is not done is not yours'
    : `None of the ${countOf(everywhere, 'backport')} that are not done is yours`;
}

function entry(view: NagView, number: number): KnownBlock {
  const menu = aboutMenu(view);
  const text = section(`${number}. ${nagLine(view, dated)}`);
  return menu === null ? text : { ...text, accessory: menu };
}

/** What can be done about it, as in its message. */
function aboutMenu(view: NagView): Overflow | null {
  if (!isWaiting(view)) return null;
  const { id, fact, repository, commits, snoozed } = view.backport;
  const asked = shownCommit(view.backport);
  const option = (choice: string, label: string) => optionOf(label, `${choice}:${id}`) ?? [];
  const started = view.pull !== null && view.pull.state !== 'failed' && view.pull.state !== 'closed';
  const ours = view.byHand === null || view.byHand.opening === 'ours';
  const canOpen = ours && !started && fact === null && repository !== null && commits.length > 0;
  const options: readonly PlainTextOption[] = [
    ...(wantsSecond(view) ? [option('second', 'Confirm that it need not come')] : []),
    ...(asked === null
      ? []
      : [
          optionOf(`Yes, it is ${asked.slice(0, 7)}`, `yes:${id}:${asked}`) ?? [],
          optionOf('No, it is not', `no:${id}:${asked}`) ?? [],
        ]),
    ...(canOpen ? [option('open', 'Open backport PR')] : []),
    option('propose', 'It is already there…'),
    snoozed === null ? option('day', 'Snooze for 1 day') : option('wake', 'Ask again'),
    option('waive', 'Not needed…'),
  ]
    .flat()
    .slice(0, 5);
  return { type: 'overflow', action_id: 'backport_about', options: [...options] };
}

function turning(state: BackportsState, until: number, total: number): readonly Button[] {
  const to = (action: string, label: string, offset: number): readonly Button[] => {
    const value = encodeBackports({ ...state, offset });
    return value === null ? [] : [button(action, { label, value })];
  };
  return [
    ...(state.offset > 0 ? to('backports_previous', 'Previous', Math.max(0, state.offset - perPage)) : []),
    ...(until < total ? to('backports_next', 'Next', until) : []),
  ];
}

function switching(
  state: BackportsState,
  { total, everywhere }: Pick<BackportPage, 'total' | 'everywhere'>,
): readonly Button[] {
  const to = (action: string, label: string, asked: Pick<BackportsState, 'mine' | 'service'>): readonly Button[] => {
    const value = encodeBackports({ ...asked, offset: 0 });
    return value === null ? [] : [button(action, { label, value })];
  };
  const whole = state.mine ? everywhere > total : state.service !== null && everywhere > total;
  return [
    ...(whole
      ? to('backports_all', `Show all ${everywhere.toLocaleString('en')}`, { mine: false, service: null })
      : []),
    ...(state.mine ? [] : to('backports_mine', 'Only mine', { mine: true, service: state.service })),
  ];
}

/** How often people did not want to hear of it, by what found it. */
function footOf(rates: readonly RuleRate[]): string {
  const told = rates.filter((rate) => rate.told > 0);
  if (told.length === 0) return '';
  const words = told.map(({ rule, told: all, useless, demoted }) => {
    const share = `${Math.round((100 * useless) / all)} %`;
    return `${rule} ${share} (${useless} of ${all.toLocaleString('en')}${demoted ? ', so only listed' : ''})`;
  });
  return `“Not useful” in 90 days, by what found it: ${words.join(' · ')}`;
}

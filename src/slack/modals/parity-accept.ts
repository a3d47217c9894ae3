import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { addDays } from 'date-fns';
import type { Difference, Pair } from '../../domain/comparison/difference.ts';
import { sidesWords } from '../../domain/parity/words.ts';
import { shorten } from '../../domain/shorten.ts';
import { context, section } from '../messages/blocks.ts';
import { outside } from '../messages/escape.ts';
import { tokenOf } from '../parity/state.ts';
import { encodeAbout } from './about.ts';
import { field, modal, mostOptions, optionOf, plain, textInput } from './field.ts';

export const acceptCallback = 'parity_accepted';
export const usualDays = 90;
export const mostDays = 365;

export interface AcceptModal {
  readonly pair: Pair;
  /** Those to choose from; never empty. */
  readonly differences: readonly [Difference, ...Difference[]];
  /** True: one of them was meant from the start. */
  readonly given: boolean;
  /** It takes two to accept what is given. */
  readonly highRisk: boolean;
  readonly channelId: string | null;
  readonly now: Date;
}

/** What is meant, why, what it does, who answers for it and until when. */
export function renderAcceptModal({ pair, differences, given, highRisk, channelId, now }: AcceptModal): ModalView {
  const [first] = differences;
  const blocks: KnownBlock[] = [
    section(
      `A difference that is meant counts as equal and alarms nobody. ${outside(pair.mirror, 60)} against ${outside(pair.reference, 60)}.`,
    ),
    ...(highRisk
      ? [section(':two: *It takes two to accept this.* Somebody else is asked to confirm; until then nothing changes.')]
      : []),
    differenceField(differences, given, pair),
    field(
      'key',
      {
        label: 'Only that key, or a pattern?',
        hint: 'Empty: only that key. * stands for any characters: logging.*',
      },
      textInput({ placeholder: shorten(first.key, 140) || 'logging.*', most: 500 }),
    ),
    whereField(),
    field(
      'reason',
      { label: 'Why is it meant?', hint: 'Read in the audit.', optional: false },
      textInput({ placeholder: 'Separate databases', most: 500 }),
    ),
    field(
      'impact',
      { label: 'What does it do to tests in the mirror?' },
      textInput({ multiline: true, placeholder: 'Timeouts show later than in production', most: 2000 }),
    ),
    field('owner', { label: 'Who answers for it?' }, textInput({ placeholder: '@payments-team', most: 200 })),
    field(
      'expires',
      { label: 'Until when?', hint: 'At most a year. After that day it is looked at again.', optional: false },
      { type: 'datepicker', initial_date: dayOf(addDays(now, usualDays)) },
    ),
    ...(highRisk ? [] : [context('Where it takes two, because the difference or the pattern is risky, I ask.')]),
  ];
  return modal(acceptCallback, {
    title: 'It is meant',
    submit: 'Accept',
    about: encodeAbout({ c: channelId, p: [pair.reference, pair.mirror] }),
    blocks,
  });
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function differenceField(differences: AcceptModal['differences'], given: boolean, pair: Pair): InputBlock {
  const options = differences
    .flatMap((each) => {
      const key = shorten(each.key, 60) || 'a key that cannot be shown';
      const name = each.service === null ? key : `${key} (${each.service})`;
      return optionOf(name, tokenOf(each.id), sidesWords(each, pair, 40)) ?? [];
    })
    .slice(0, mostOptions);
  const [first] = options;
  return field(
    'difference',
    { label: 'Which difference?', optional: false },
    {
      type: 'static_select',
      placeholder: plain('Choose a key'),
      options,
      ...(given && first !== undefined ? { initial_option: first } : {}),
    },
  );
}

function whereField(): InputBlock {
  const options = [optionOf('Only in its service', 'service'), optionOf('In every service', 'everywhere')].filter(
    (option) => option !== null,
  );
  const [first] = options;
  return field(
    'where',
    { label: 'Where?' },
    { type: 'radio_buttons', options, ...(first === undefined ? {} : { initial_option: first }) },
  );
}

import type { ModalView } from '@slack/types';
import { addDays } from 'date-fns';
import type { NagView } from '../../domain/nags/nag.ts';
import { context, section } from '../messages/blocks.ts';
import { freeSnoozes, type SnoozeChoice, snoozeChoices } from '../messages/nag-buttons.ts';
import { nagTitle } from '../messages/nag-title.ts';
import { dated } from '../messages/voice.ts';
import { encodeAbout } from './about.ts';
import { field, modal, optionOf, textInput } from './field.ts';

export const snoozeCallback = 'backport_snoozed';

export interface SnoozeModal {
  readonly view: NagView;
  /** What was chosen before it opened. */
  readonly chosen: SnoozeChoice;
  readonly channelId: string | null;
  readonly now: Date;
}

/** Until when, and after three times why. */
export function renderSnoozeModal({ view, chosen, channelId, now }: SnoozeModal): ModalView {
  const { id, snoozes } = view.backport;
  const options = Object.entries(snoozeChoices).flatMap(
    ([value, label]) => optionOf(label.replace('…', ''), value) ?? [],
  );
  const initial = options.find(({ value }) => value === chosen);
  const mustSay = snoozes >= freeSnoozes;
  return modal(snoozeCallback, {
    title: 'Snooze',
    submit: 'Snooze',
    about: encodeAbout({ c: channelId, b: id }),
    blocks: [
      section(nagTitle(view, dated)),
      field(
        'until',
        { label: 'Until when?', optional: false },
        { type: 'radio_buttons', options, ...(initial === undefined ? {} : { initial_option: initial }) },
      ),
      field(
        'day',
        { label: 'Which day?', hint: 'At most 30 days from now. I ask again in the morning of that day.' },
        { type: 'datepicker', initial_date: addDays(now, 7).toISOString().slice(0, 10) },
      ),
      field(
        'reason',
        {
          label: mustSay ? `It was put off ${snoozes} times. Why once more?` : 'Why?',
          optional: !mustSay,
        },
        textInput({ multiline: true, most: 1000 }),
      ),
      context('Putting it off does not make it younger: it counts from when production got it.'),
    ],
  });
}

import type { ModalView } from '@slack/types';
import type { MutedWhy } from '../../domain/parity/alarms.ts';
import { context, section } from '../messages/blocks.ts';
import { encodeAbout } from './about.ts';
import { field, modal, optionOf, plain, textInput } from './field.ts';

export const uselessCallback = 'parity_useless';

const reasons: readonly (readonly [why: MutedWhy, label: string, means: string])[] = [
  ['noise', 'Noise', 'It changes all the time and means nothing'],
  ['known', 'Known already', 'We know, and do not want to hear of it'],
  ['wrong', 'Wrong', 'It does not differ, or is explained'],
  ['other', 'Something else', ''],
];

/** Why an alarm is of no use: it is told no more, and those who run it can mend the rule. */
export function renderUselessModal(alarmId: string, title: string, channelId: string | null): ModalView {
  const options = reasons.flatMap(([why, label, means]) => optionOf(label, why, means) ?? []);
  return modal(uselessCallback, {
    title: 'Not useful',
    submit: 'Tell no more',
    about: encodeAbout({ c: channelId, l: alarmId }),
    blocks: [
      section(title),
      field(
        'why',
        { label: 'Why?', optional: false },
        { type: 'static_select', placeholder: plain('Choose'), options },
      ),
      field('note', { label: 'What would have been?' }, textInput({ multiline: true, most: 1000 })),
      context('`/parity` shows it still. To have it count as equal, accept it instead.'),
    ],
  });
}

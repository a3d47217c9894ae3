import type { ModalView } from '@slack/types';
import type { DigestCause } from '../../domain/digest/said.ts';
import { context } from '../messages/blocks.ts';
import { encodeAbout } from './about.ts';
import { field, modal, optionOf, plain, textInput } from './field.ts';

export const digestUselessCallback = 'digest_useless';

const reasons: readonly (readonly [cause: DigestCause, label: string, means: string])[] = [
  ['noise', 'Noise', 'Too much that does not matter'],
  ['known', 'Known already', 'We look at it elsewhere'],
  ['wrong', 'Wrong', 'It says what is not so'],
  ['other', 'Something else', ''],
];

/** Why a digest is of no use: kept for those who run it. It goes on to be told; muting it is another choice. */
export function renderDigestUselessModal(channelId: string, week: string): ModalView {
  const options = reasons.flatMap(([cause, label, means]) => optionOf(label, cause, means) ?? []);
  return modal(digestUselessCallback, {
    title: 'Not useful',
    submit: 'Say so',
    about: encodeAbout({ c: channelId, t: week }),
    blocks: [
      field(
        'why',
        { label: 'Why?', optional: false },
        { type: 'static_select', placeholder: plain('Choose'), options },
      ),
      field('note', { label: 'What would have been?' }, textInput({ multiline: true, most: 1000 })),
      context('Kept with your name. The digest goes on: to have none here, mute it in the same menu.'),
    ],
  });
}

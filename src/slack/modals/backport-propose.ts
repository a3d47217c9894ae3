import type { ModalView } from '@slack/types';
import type { NagView } from '../../domain/nags/nag.ts';
import { context, section } from '../messages/blocks.ts';
import { outside } from '../messages/escape.ts';
import { nagTitle } from '../messages/nag-title.ts';
import { dated } from '../messages/voice.ts';
import { encodeAbout } from './about.ts';
import { field, modal, textInput } from './field.ts';

export const proposeCallback = 'backport_proposed';

/** Which commit of the mirror is it? */
export function renderProposeModal(view: NagView, channelId: string | null): ModalView {
  const { id, mirror } = view.backport;
  return modal(proposeCallback, {
    title: 'It is already there',
    submit: 'Look at it',
    about: encodeAbout({ c: channelId, b: id }),
    blocks: [
      section(nagTitle(view, dated)),
      field(
        'commit',
        {
          label: `Which commit brought it to ${outside(mirror, 60) || 'its mirror'}?`,
          hint: 'Its digits, at least seven, or its address on the git host.',
          optional: false,
        },
        textInput({ placeholder: '4f2a1c9', most: 500 }),
      ),
      context('I look at it next to what else speaks for it. Nobody’s word alone closes it, nor mine.'),
    ],
  });
}

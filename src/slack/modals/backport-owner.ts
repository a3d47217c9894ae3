import type { ModalView } from '@slack/types';
import type { NagView } from '../../domain/nags/nag.ts';
import { section } from '../messages/blocks.ts';
import { nagTitle } from '../messages/nag-title.ts';
import { dated } from '../messages/voice.ts';
import { encodeAbout } from './about.ts';
import { field, modal, plain } from './field.ts';

export const ownerCallback = 'backport_owner';

/** Who is to be asked instead? */
export function renderOwnerModal(view: NagView, channelId: string | null): ModalView {
  return modal(ownerCallback, {
    title: 'Wrong owner',
    submit: 'Tell',
    about: encodeAbout({ c: channelId, b: view.backport.id }),
    blocks: [
      section(nagTitle(view, dated)),
      field(
        'owner',
        { label: 'Who looks after it?', hint: 'Empty: you do not know. Then I only learn that I was wrong.' },
        { type: 'users_select', placeholder: plain('Choose a person') },
      ),
    ],
  });
}

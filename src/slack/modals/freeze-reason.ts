import type { ModalView } from '@slack/types';
import { section } from '../messages/blocks.ts';
import { encodeAbout } from './about.ts';
import { field, modal, textInput } from './field.ts';

export const freezeReasonCallback = 'freeze_reason';

/** Why a deploy went out all the same. */
export function renderFreezeReason(headline: string, changeId: string, channelId: string | null): ModalView {
  return modal(freezeReasonCallback, {
    title: 'Why now?',
    submit: 'Keep it',
    about: encodeAbout({ c: channelId, x: changeId }),
    blocks: [
      section(headline),
      field(
        'reason',
        {
          label: 'The reason',
          hint: 'Shown on the message and on the deploy, and kept for audits. It cannot be changed later.',
          optional: false,
        },
        textInput({ multiline: true, most: 1000, placeholder: 'Hotfix for INC-42: orders are charged twice' }),
      ),
    ],
  });
}

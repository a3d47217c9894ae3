import type { ModalView } from '@slack/types';
import { addDays } from 'date-fns';
import type { NagView } from '../../domain/nags/nag.ts';
import { context, section } from '../messages/blocks.ts';
import { outside } from '../messages/escape.ts';
import { nagTitle } from '../messages/nag-title.ts';
import { dated } from '../messages/voice.ts';
import { encodeAbout } from './about.ts';
import { field, modal, textInput } from './field.ts';

export const waiveCallback = 'backport_waived';
const usualDays = 30;

/** Why it need not come, and until when. */
export function renderWaiveModal(view: NagView, channelId: string | null, now: Date): ModalView {
  const { backport, severity, severityReason } = view;
  const why = severityReason === null ? '' : `, as it ${outside(severityReason, 200)}`;
  return modal(waiveCallback, {
    title: 'Not needed',
    submit: 'It need not come',
    about: encodeAbout({ c: channelId, b: backport.id }),
    blocks: [
      section(nagTitle(view, dated)),
      ...(severity === 'high'
        ? [
            section(
              `:two: *It takes two to say so*${why}. Somebody else is asked to confirm; until then I go on asking.`,
            ),
          ]
        : []),
      field(
        'reason',
        { label: 'Why need it not come?', hint: 'Everybody in the channel can read it.', optional: false },
        textInput({
          multiline: true,
          placeholder: 'Staging gets another fix for it with the next release',
          most: 1000,
        }),
      ),
      field(
        'until',
        { label: 'Until when?', hint: 'At most 180 days. After that day I ask again.', optional: false },
        { type: 'datepicker', initial_date: addDays(now, usualDays).toISOString().slice(0, 10) },
      ),
      context('Before a deploy the gate still tells that it would take the fix back.'),
    ],
  });
}

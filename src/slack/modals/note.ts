import type { KnownBlock, ModalView } from '@slack/types';
import { type Incident, incidentReference } from '../../domain/incidents/incident.ts';
import { context, section } from '../messages/blocks.ts';
import { incidentHeading } from '../messages/incident-heading.ts';
import { readerTime } from '../messages/time.ts';
import { type About, encodeAbout } from './about.ts';
import { field, modal, mostOptions, optionOf, plain, textInput } from './field.ts';

export const noteCallback = 'incident_noted';

/** The message that becomes a note. */
export interface QuotedMessage {
  readonly channelId: string;
  readonly ts: string;
  readonly userId: string | null;
  readonly text: string;
}

/** Into the timeline of one incident. */
export function renderNoteModal(
  incident: Incident,
  { channelId, text = '' }: { readonly channelId: string | null; readonly text?: string },
): ModalView {
  return modal(noteCallback, {
    title: `Note in ${incidentReference(incident)}`,
    submit: 'Add',
    about: encodeAbout({ c: channelId, i: incident.id }),
    blocks: [
      section(incidentHeading(incident)),
      field(
        'note',
        {
          label: 'What happened, or what do you try?',
          hint: 'With the time of now. Read in the post-mortem.',
          optional: false,
        },
        textInput({ multiline: true, value: text, placeholder: 'Failing over to the second pool' }),
      ),
    ],
  });
}

/** A message of some other channel, into the timeline of an incident that is chosen. */
export function renderNoteMessageModal(
  incidents: readonly Incident[],
  { message, now }: { readonly message: QuotedMessage; readonly now: Date },
): ModalView {
  const about: About = {
    c: message.channelId,
    m: [message.channelId, message.ts],
    ...(message.userId === null ? {} : { u: message.userId }),
  };
  const options = incidents
    .flatMap((incident) => optionOf(`${incidentReference(incident)} ${incident.title}`, incident.id) ?? [])
    .slice(0, mostOptions);
  const title = 'Add to a timeline';
  if (options.length === 0) {
    const blocks = [
      section('*No incident is open.*\n"Start an incident" in the same menu opens one from this message.'),
    ];
    return modal('incident_read', { title, about: encodeAbout(about), blocks });
  }
  const [only] = options;
  const blocks: KnownBlock[] = [
    field(
      'incident',
      { label: 'Of which incident?', optional: false },
      {
        type: 'static_select',
        placeholder: plain('Choose an incident'),
        options,
        ...(options.length === 1 && only !== undefined ? { initial_option: only } : {}),
      },
    ),
    field(
      'note',
      { label: 'The note', hint: 'Everybody who sees the incident can read it.', optional: false },
      textInput({ multiline: true, value: message.text }),
    ),
    context(`It stands at the time of the message, ${readerTime(new Date(Number(message.ts) * 1000), now)}.`),
  ];
  return modal(noteCallback, { title, submit: 'Add', about: encodeAbout(about), blocks });
}

import type { ModalView } from '@slack/types';
import type { Vocabulary } from '../../domain/question.ts';
import { context, section } from '../messages/blocks.ts';
import { outside } from '../messages/escape.ts';
import { incidentHeading } from '../messages/incident-heading.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { encodeAbout, quotedText } from './about.ts';
import { modal } from './field.ts';
import {
  beginningField,
  environmentField,
  secondsOf,
  servicesField,
  severityField,
  titleField,
} from './scope-fields.ts';
import type { QuotedMessage } from './note.ts';

export const startCallback = 'incident_started';

export interface StartModal {
  readonly title: string;
  readonly environment: string;
  /** Found in the words. */
  readonly services: readonly string[];
  readonly startedAt: Date;
  readonly vocabulary: Vocabulary;
  /** Where it is written. */
  readonly channelId: string;
  /** The channel in which its card will be; null: none is set. */
  readonly cardChannel: string | null;
  /** The message that it is begun from. */
  readonly message: QuotedMessage | null;
}

/** Everything but the title can stay as it is. */
export function renderStartModal(given: StartModal): ModalView {
  const { title, environment, services, startedAt, vocabulary, channelId, cardChannel, message } = given;
  const place = environmentField(environment, vocabulary);
  return modal(startCallback, {
    title: 'Start an incident',
    submit: 'Start',
    about: encodeAbout({
      c: channelId,
      s: secondsOf(startedAt),
      ...(message === null ? {} : { m: [message.channelId, message.ts], t: quotedText(message.text) }),
      ...(message === null || message.userId === null ? {} : { u: message.userId }),
    }),
    blocks: [
      titleField(title),
      severityField(null),
      servicesField(services, vocabulary),
      ...(place === null ? [] : [place]),
      beginningField(startedAt),
      context(whereWords(cardChannel)),
    ],
  });
}

/** Where people will find it. */
export function whereWords(cardChannel: string | null): string {
  const own = 'Or make a channel for it, such as #inc-checkout-errors: I join it and put the card there.';
  if (cardChannel === null) {
    return `*No channel is set for cards*, so this one is only in my list (\`/incident\`). Set \`incidents.channel\` in sincewhen.yml. ${own}`;
  }
  return `Its card goes to ${channelWords(cardChannel)}. ${own}`;
}

/** A setting may hold a name or an id. */
function channelWords(channel: string): string {
  return /^[CG][A-Z0-9]{5,}$/.test(channel) ? `<#${channel}>` : outside(channel, 90);
}

/** It is open: where its card is, and what to do next. */
export function renderStarted(
  incident: Incident,
  { cardChannel, fresh }: { readonly cardChannel: string | null; readonly fresh: boolean },
): ModalView {
  const said = fresh ? 'is open.' : 'was open already: that is the one.';
  return modal('incident_read', {
    title: fresh ? 'The incident is open' : 'Open already',
    about: encodeAbout({ c: null, i: incident.id }),
    blocks: [section(`${incidentHeading(incident)} ${said}`), context(whereWords(cardChannel))],
  });
}

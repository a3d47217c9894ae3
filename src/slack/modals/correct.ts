import type { ModalView } from '@slack/types';
import { type Incident, incidentReference } from '../../domain/incidents/incident.ts';
import type { Vocabulary } from '../../domain/question.ts';
import { context } from '../messages/blocks.ts';
import { encodeAbout } from './about.ts';
import { modal } from './field.ts';
import {
  beginningField,
  environmentField,
  secondsOf,
  servicesField,
  severityField,
  titleField,
} from './scope-fields.ts';

export const correctCallback = 'incident_corrected';

/** All that rules may have got wrong, as it stands; what is left as it is stays open to rules. */
export function renderCorrectModal(
  incident: Incident,
  { vocabulary, channelId }: { readonly vocabulary: Vocabulary; readonly channelId: string | null },
): ModalView {
  const environment = environmentField(incident.environment, vocabulary);
  return modal(correctCallback, {
    title: `Correct ${incidentReference(incident)}`,
    submit: 'Correct',
    about: encodeAbout({ c: channelId, i: incident.id, s: secondsOf(incident.startedAt) }),
    blocks: [
      titleField(incident.title),
      beginningField(incident.startedAt),
      servicesField(incident.services, vocabulary),
      ...(environment === null ? [] : [environment]),
      severityField(incident.severity),
      context('What you change stays as you say it. Alerts still to come correct only the rest.'),
    ],
  });
}

import type { ActionsBlock } from '@slack/types';
import type { Incident } from '../../domain/incidents/incident.ts';
import { button } from './blocks.ts';

/** What one may want next; the same words as on the card. */
export function stateButtons({ id, resolvedAt }: Incident): ActionsBlock {
  const make = (action: string, label: string) => button(action, { label, value: id });
  const first = resolvedAt === null ? make('incident_resolve', 'Resolve…') : make('incident_reopen', 'Reopen');
  return {
    type: 'actions',
    elements: [
      first,
      make('incident_note', 'Add note…'),
      make('incident_correct', 'Correct…'),
      make('incident_timeline', 'Timeline'),
    ],
  };
}

import type { ActionsBlock, KnownBlock } from '@slack/types';
import type { Suspect } from '../../domain/answer.ts';
import type { Incident } from '../../domain/incident.ts';
import { button, section } from './blocks.ts';
import { changeHeading } from './change-line.ts';
import { incidentFacts, incidentHeading } from './incident-heading.ts';

export function renderState(
  incident: Incident,
  { suspects, buttons, now }: { readonly suspects: readonly Suspect[]; readonly buttons: boolean; readonly now: Date },
): { text: string; blocks: KnownBlock[] } {
  const lines = [
    incidentHeading(incident),
    incidentFacts(incident, now),
    ...suspects.slice(0, 3).map(({ change }, index) => `${index + 1}. ${changeHeading(change)}`),
  ];
  return {
    text: lines.join('\n'),
    blocks: [section(lines.join('\n')), ...(buttons ? [stateButtons(incident)] : [])],
  };
}

/** What one may want next; the same words as on the card. */
export function stateButtons({ id, resolvedAt }: Incident): ActionsBlock {
  const make = (action: string, label: string) => button(action, { label, value: id });
  const open = [
    make('incident_resolve', 'Resolve…'),
    make('incident_note', 'Add note…'),
    make('incident_correct', 'Correct…'),
  ];
  const over = [
    make('incident_reopen', 'Reopen'),
    make('incident_note', 'Add note…'),
    make('incident_correct', 'Correct…'),
  ];
  return { type: 'actions', elements: [...(resolvedAt === null ? open : over), make('incident_timeline', 'Timeline')] };
}

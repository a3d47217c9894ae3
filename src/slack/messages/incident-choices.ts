import type { KnownBlock, SectionBlock } from '@slack/types';
import type { IncidentCommand } from '../../domain/incidents/command.ts';
import { type Incident, incidentReference } from '../../domain/incidents/incident.ts';
import { countOf } from '../../domain/change-words.ts';
import { button, context, section } from './blocks.ts';
import { code, outside } from './escape.ts';
import { incidentFacts, incidentHeading } from './incident-heading.ts';

export const mostChoices = 5;
/** Slack's limit for the value of a button. */
const longestValue = 2000;

/** What is asked of the person who has to choose, and what the button that chooses says. */
const purposes: Readonly<Record<IncidentCommand['do'], readonly [question: string, label: string]>> = {
  show: ['Open incidents, the newest first.', 'Show'],
  catchup: ['Catch up on which incident?', 'Catch up'],
  start: ['Open incidents, the newest first.', 'Show'],
  note: ['Into the timeline of which incident?', 'Note it here'],
  verdict: ['In which incident?', 'This one'],
  resolve: ['Which incident is resolved?', 'Resolve…'],
  mitigated: ['Which incident is mitigated?', 'Mitigated'],
  reopen: ['Reopen which incident?', 'Reopen'],
  timeline: ['The timeline of which incident?', 'Timeline'],
  'start-time': ['Which incident began then?', 'This one'],
  scope: ['Which incident is it about?', 'This one'],
  severity: ['Which incident is it about?', 'This one'],
  title: ['Which incident is called that?', 'This one'],
  join: ['Which incident is it one with?', 'This one'],
  part: ['Part an alert of which incident?', 'Alerts'],
  correct: ['Correct which incident?', 'Correct…'],
};

export interface Choices {
  /** The newest first. */
  readonly incidents: readonly Incident[];
  /** What is done with the one that is chosen. */
  readonly purpose: IncidentCommand['do'];
  /** What the asker wrote after `/incident`; a button repeats it. */
  readonly words: string;
  readonly now: Date;
}

/** For somebody who is not in an incident's channel: the last few, with a button each, so that no id must be known. */
export function renderChoices({ incidents, purpose, words, now }: Choices): { text: string; blocks: KnownBlock[] } {
  const [question, label] = purposes[purpose];
  if (incidents.length === 0) return nothingOpen(purpose);
  const shown = incidents.slice(0, mostChoices);
  const rest = incidents.length - shown.length;
  const [first] = shown;
  const named = first === undefined ? '' : `/incident ${incidentReference(first)} ${words}`.trim();
  const more = [
    ...(rest > 0 ? [`${countOf(rest, 'more incident')} ${rest === 1 ? 'is' : 'are'} open.`] : []),
    `In an incident's own channel I know which one you mean. Anywhere else you can name it: ${code(named, 120)}`,
  ];
  return {
    text: [question, ...shown.map((incident) => outside(headline(incident), 200))].join('\n'),
    blocks: [
      section(`*${question}*`),
      ...shown.map((each) => choice(each, { label, words, now })),
      context(more.join(' ')),
    ],
  };
}

function choice(
  incident: Incident,
  { label, words, now }: { readonly label: string; readonly words: string; readonly now: Date },
): SectionBlock {
  const line = section(`${incidentHeading(incident)}\n${incidentFacts(incident, now)}`);
  const value = `${incident.id}\n${words.toWellFormed()}`;
  return value.length > longestValue ? line : { ...line, accessory: button('incident_choose', { label, value }) };
}

/** The incident and the words on a button of the list. Null: none of ours. */
export function choiceOf(value: string): { readonly incidentId: string; readonly words: string } | null {
  const [, incidentId, words = ''] = /^(\d{1,18})\n([^]*)$/.exec(value) ?? [];
  return incidentId === undefined ? null : { incidentId, words };
}

function headline(incident: Incident): string {
  return `${incidentReference(incident)} ${incident.title}`;
}

function nothingOpen(purpose: IncidentCommand['do']): { text: string; blocks: KnownBlock[] } {
  const asked = purpose === 'show' || purpose === 'catchup' ? '' : ' So I have done nothing.';
  const first = `No incident is open.${asked}`;
  const start = '/incident start Checkout errors';
  return {
    text: `${first} ${start} opens one.`,
    blocks: [
      section(`*No incident is open.*${asked}`),
      section(
        `\`${start}\` opens one. So does a page, a new channel whose name says incident, or "Start an incident" in the menu of a message.`,
      ),
    ],
  };
}

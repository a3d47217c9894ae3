import type { KnownBlock } from '@slack/types';
import { type Incident, incidentReference } from '../../domain/incidents/incident.ts';
import type { IncidentMeasures } from '../../domain/incidents/measures.ts';
import { measureWords } from '../modals/resolved.ts';
import { button, section } from './blocks.ts';
import { code, italic, outside } from './escape.ts';
import { incidentFacts, incidentHeading, sentences, speaker } from './incident-heading.ts';
import { readerTime } from './time.ts';

type Said = { readonly text: string; readonly blocks: readonly KnownBlock[] };

/** There is no such incident, or none for who asks: which of the two is not said. */
export function renderUnknownIncident(id: string): Said {
  return sentences(`*I know no incident ${incidentReference({ id })}.* \`/incident\` lists those that are open.`);
}

export function renderNoted(incident: Incident, text: string): Said {
  return sentences(`Noted in ${incidentHeading(incident)}: ${italic(text, 300)}`);
}

export function renderNothingToNote(): Said {
  return sentences('*There are no words in that to note.* `/incident note the pool is full, failing over`');
}

export function renderMitigated(incident: Incident, measures: IncidentMeasures): Said {
  return sentences(
    `${incidentHeading(incident)} is mitigated. ${measureWords(measures)} \`/incident resolve\` when the cause is gone too.`,
  );
}

/** Somebody else has said it before. */
export function renderAlready(
  incident: Incident,
  { what, by, at, now }: { readonly what: string; readonly by: string | null; readonly at: Date; readonly now: Date },
): Said {
  return sentences(
    `${speaker(by)} said ${readerTime(at, now)} that ${incidentHeading(incident)} is ${what}, so I have changed nothing.`,
  );
}

export function renderReopened(incident: Incident): Said {
  return sentences(`${incidentHeading(incident)} is open again. Its card goes on where it is.`);
}

export function renderIsOpen(incident: Incident): Said {
  return sentences(`${incidentHeading(incident)} is open, so there is nothing to reopen.`);
}

export function renderCorrected(incident: Incident, notes: readonly string[], now: Date): Said {
  const told = notes.map((note) => outside(note, 200)).join(' ');
  return sentences(
    `Corrected: ${incidentHeading(incident)}\n${incidentFacts(incident, now)}${told === '' ? '' : `\n${told}`}`,
  );
}

export function renderRefusedWish(why: string): Said {
  return sentences(`*I have changed nothing.* ${outside(why, 400)}`);
}

export function renderJoined(incident: Incident, from: string): Said {
  return sentences(
    `${incidentReference({ id: from })} and ${incidentHeading(incident)} are one now. Its alerts and notes are here.`,
  );
}

export function renderStartedHere(incident: Incident): Said {
  return sentences(`${incidentHeading(incident)} is open. Its card comes here in a moment.`);
}

/** In its channel there is one already. */
export function renderThereIsOne(incident: Incident, title: string, now: Date): Said {
  const over = incident.resolvedAt !== null;
  const first = `*This channel is for one incident, which ${over ? 'is resolved' : 'is open'}:* ${incidentHeading(incident)}\n${incidentFacts(incident, now)}`;
  const rename = title === '' ? '' : ` To call it that: ${code(`/incident title ${title}`, 200)}.`;
  const next = over
    ? 'If it is back, reopen it. Another fault gets a channel of its own, or `/incident start` elsewhere.'
    : `Another fault gets a channel of its own, or \`/incident start\` elsewhere.${rename}`;
  const blocks: KnownBlock[] = [section(first), section(next)];
  if (over) {
    const reopen = button('incident_reopen', { label: 'Reopen', value: incident.id });
    blocks.push({ type: 'actions', elements: [reopen] });
  }
  return { text: `${first}\n${next}`, blocks };
}

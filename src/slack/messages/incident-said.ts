import type { KnownBlock } from '@slack/types';
import type { Suspect } from '../../domain/answer.ts';
import type { Change } from '../../domain/change.ts';
import { type Incident, type IncidentEntry, type Verdict, incidentReference } from '../../domain/incident.ts';
import type { IncidentMeasures } from '../../domain/incident-measures.ts';
import { measureWords } from '../modals/resolved.ts';
import { beforeWords } from '../modals/verdict.ts';
import { verdictValue } from '../verdict-value.ts';
import { button, context, section } from './blocks.ts';
import { byWhom, changeHeading } from './change-line.ts';
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

export interface SaidVerdict {
  readonly incident: Incident;
  readonly change: Change;
  readonly verdict: Verdict;
  readonly before: IncidentEntry | null;
  readonly unchanged: boolean;
  readonly now: Date;
}

const did: Readonly<Record<Verdict, string>> = {
  caused: 'caused',
  dismissed: 'did not cause',
  suspect: 'may have caused',
  fixed: 'fixed',
};

export function renderVerdictSaid({ incident, change, verdict, before, unchanged, now }: SaidVerdict): Said {
  const claim = `${changeHeading(change)} ${did[verdict]} ${incidentHeading(incident)}`;
  const earlier = before === null ? '' : ` ${beforeWords(before, now)}`;
  if (unchanged) return sentences(`That stands already: ${claim}.${earlier}`);
  const first = sentences(`Noted: ${claim}.${earlier}`);
  const value = verdictValue(incident.id, change.id, verdict);
  return {
    text: first.text,
    blocks: [
      ...first.blocks,
      { type: 'actions', elements: [button('incident_verdict', { label: 'Say why…', value })] },
    ],
  };
}

const mostOffered = 5;

/** Which change is meant cannot be told: those that it may be, with a button each. */
export function renderWhichChange(
  incident: Incident,
  given: {
    readonly words: string;
    readonly verdict: Verdict;
    /** Called that. Empty: the suspects are offered. */
    readonly found: readonly Change[];
    readonly suspects: readonly Suspect[];
    readonly now: Date;
  },
): Said {
  const { words, verdict, found, suspects, now } = given;
  const offered = found.length > 0 ? found : suspects.map(({ change }) => change);
  const asked = outside(words, 100);
  const first =
    found.length > 0
      ? `*${found.length} changes are called “${asked}”.* Which one?`
      : `${asked === '' ? '*Which change was it?*' : `*I found no change called “${asked}”* among those of ${incidentReference(incident)}.`}${
          offered.length === 0 ? ' There is no suspect either.' : ''
        }`;
  const label = { caused: 'It was this', dismissed: 'Not this', suspect: 'It may be this', fixed: 'This fixed it' }[
    verdict
  ];
  return {
    text: [first, ...offered.slice(0, mostOffered).map((change) => changeHeading(change))].join('\n'),
    blocks: [
      section(first),
      ...offered.slice(0, mostOffered).map((change) => ({
        ...section(`${changeHeading(change)} ${readerTime(change.occurredAt, now)}${byWhom(change)}`),
        accessory: button('incident_verdict', { label, value: verdictValue(incident.id, change.id, verdict) }),
      })),
      context(
        'Its version, commit, pull request or words of its title do: `/incident cause checkout 1.42.0`. If no change did it, say so when you resolve.',
      ),
    ],
  };
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

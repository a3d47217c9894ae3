import type { KnownBlock } from '@slack/types';
import type { Suspect } from '../../domain/answer.ts';
import type { Change } from '../../domain/change.ts';
import { type Incident, type IncidentEntry, type Verdict, incidentReference } from '../../domain/incidents/incident.ts';
import { beforeWords } from '../modals/verdict.ts';
import { verdictValue } from '../verdict-value.ts';
import { button, context, section } from './blocks.ts';
import { byWhom, changeHeading } from './change-line.ts';
import { code, italic, outside } from './escape.ts';
import { incidentHeading, sentences } from './incident-heading.ts';
import { readerTime } from './time.ts';

type Said = { readonly text: string; readonly blocks: readonly KnownBlock[] };

export interface SaidVerdict {
  readonly incident: Incident;
  readonly change: Change;
  readonly verdict: Verdict;
  readonly why: string;
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

export function renderVerdictSaid({ incident, change, verdict, why, before, unchanged, now }: SaidVerdict): Said {
  const claim = `${changeHeading(change)} ${did[verdict]} ${incidentHeading(incident)}`;
  const earlier = before === null ? '' : ` ${beforeWords(before, now)}`;
  if (unchanged) return sentences(`That stands already: ${claim}.${earlier}`);
  return sentences(`Noted: ${claim}: ${italic(why, 300)}.${earlier}`);
}

const commands: Readonly<Record<Verdict, readonly [command: string, example: string]>> = {
  caused: ['cause', 'the pool ran dry'],
  dismissed: ['not', 'rolled back, and it went on'],
  suspect: ['suspect', 'errors name its timeout'],
  fixed: ['fixed by', 'errors went to zero'],
};

/** The form that asks could not be opened: it is a button away, or a few words more do it. */
export function renderSayWhy(
  incident: Incident,
  given: {
    readonly change: Change;
    /** What one may type for it; null: nothing that is short and sure. */
    readonly name: string | null;
    readonly verdict: Verdict;
    readonly why: string;
  },
): Said {
  const { change, name, verdict, why } = given;
  const [command, example] = commands[verdict];
  const typed = code(`/incident ${incidentReference(incident)} ${command} ${name ?? ''}: ${why || example}`, 300);
  const first = `*${changeHeading(change)} ${did[verdict]} ${incidentHeading(incident)}: how do you know?* Nothing is noted yet.`;
  const value = verdictValue(incident.id, change.id, verdict, why);
  const blocks: KnownBlock[] = [
    section(first),
    { type: 'actions', elements: [button('incident_verdict', { label: 'Say why…', value })] },
  ];
  if (name === null) return { text: first, blocks };
  return { text: `${first} ${typed}`, blocks: [...blocks, context(`Or type it after the change: ${typed}`)] };
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
    /** What was written after it; empty: nothing. */
    readonly why: string;
    readonly suspects: readonly Suspect[];
    readonly now: Date;
  },
): Said {
  const { words, verdict, found, why, suspects, now } = given;
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
        accessory: button('incident_verdict', { label, value: verdictValue(incident.id, change.id, verdict, why) }),
      })),
      context(
        'Its version, commit, pull request or words of its title do, and why after it: `/incident cause checkout 1.42.0: its retries`. If no change did it, say so when you resolve.',
      ),
    ],
  };
}

import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import type { Change } from '../../domain/change.ts';
import { type Incident, type IncidentEntry, type Verdict } from '../../domain/incidents/incident.ts';
import { noReason } from '../../domain/reason.ts';
import { readyReasons } from '../../domain/incidents/verdict-reasons.ts';
import { context, section } from '../messages/blocks.ts';
import { byWhom, changeHeading, courseWords, linksOf } from '../messages/change-line.ts';
import { outside } from '../messages/escape.ts';
import { incidentHeading, speaker } from '../messages/incident-heading.ts';
import { readerTime } from '../messages/time.ts';
import { kindNoun } from '../../domain/change-words.ts';
import { encodeAbout } from './about.ts';
import { field, modal, optionOf, textInput } from './field.ts';

export const verdictCallback = 'incident_verdict_said';

/** The value of the option that asks for words. */
const somethingElse = 'else';

interface Words {
  readonly title: string;
  readonly question: string;
  readonly why: string;
  readonly example: string;
}

const words: Readonly<Record<Verdict, Words>> = {
  caused: {
    title: 'It was this',
    question: 'This change caused it',
    why: 'How do you know?',
    example: 'Errors began with its first pod; they name the new retry code',
  },
  dismissed: {
    title: 'It was not this',
    question: 'This change did not cause it',
    why: 'How do you know?',
    example: 'Taken back at 16:07, the errors stayed',
  },
  suspect: {
    title: 'It may be this',
    question: 'This change may have caused it',
    why: 'What makes you think so?',
    example: 'The errors name this timeout',
  },
  fixed: {
    title: 'This fixed it',
    question: 'This change fixed it',
    why: 'How do you know?',
    example: 'Errors went to zero when it was live',
  },
};

export interface VerdictModal {
  readonly incident: Incident;
  readonly change: Change;
  readonly verdict: Verdict;
  /** What was decided about it last. */
  readonly before: IncidentEntry | null;
  /** What the person has written already. */
  readonly why?: string;
  readonly channelId: string | null;
  readonly now: Date;
}

/**
 * Shows what is decided, once more and whole, before it is: a press at 3 a.m. may hit the wrong line. Why takes one more
 * press, on a reason that is ready, or words.
 */
export function renderVerdictModal(given: VerdictModal): ModalView {
  const { incident, change, verdict, before, why: written = '', channelId, now } = given;
  const { title, question, why, example } = words[verdict];
  const facts = [
    `${kindNoun(change.kind, 1)} ${readerTime(change.occurredAt, now)}${byWhom(change)}`,
    courseWords(change, now),
    linksOf(change),
  ].filter((part) => part !== null);
  const blocks: KnownBlock[] = [
    section(`${question} in ${incidentHeading(incident)}:`),
    section(`${changeHeading(change)}\n${facts.join(' · ')}`),
    ...(before?.verdict === null || before === null
      ? []
      : [context(`${beforeWords(before, now)} Yours takes its place.`)]),
    reasonField(verdict, why, written !== ''),
    field(
      'why',
      { label: 'In your words', hint: 'Shown on the card, in the post-mortem and in the record of decisions.' },
      textInput({ multiline: true, placeholder: example, value: written, most: 1000 }),
    ),
  ];
  return modal(verdictCallback, {
    title,
    submit: 'Say so',
    about: encodeAbout({ c: channelId, i: incident.id, x: change.id, v: verdict, e: before?.id ?? null }),
    blocks,
  });
}

function reasonField(verdict: Verdict, label: string, isWritten: boolean): InputBlock {
  const ready = readyReasons[verdict].map(({ key, words }) => ({ key, label: capital(words) }));
  const options = [...ready, { key: somethingElse, label: 'Something else: say it below' }].flatMap(
    ({ key, label }) => optionOf(label, key) ?? [],
  );
  const initial = isWritten ? options.at(-1) : undefined;
  return field(
    'reason',
    { label, optional: false },
    { type: 'radio_buttons', options, ...(initial === undefined ? {} : { initial_option: initial }) },
  );
}

function capital(text: string): string {
  return text.replace(/^[a-z]/, (first) => first.toUpperCase());
}

export function verdictWords(verdict: Verdict): string {
  return { caused: 'it was this', dismissed: 'it was not this', suspect: 'it may be this', fixed: 'this fixed it' }[
    verdict
  ];
}

/** `@grace said: it was not this (rolled back, no effect), 16:07.` */
export function beforeWords(before: IncidentEntry, now: Date): string {
  const said = before.verdict === null ? 'something' : verdictWords(before.verdict.verdict);
  const reason = outside(before.text, 200) || noReason;
  return `${speaker(before.saidBy)} said: ${said} (${reason}), ${readerTime(before.at, now)}.`;
}

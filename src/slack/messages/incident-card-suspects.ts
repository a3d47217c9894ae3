import type { Button, KnownBlock, Overflow, PlainTextOption } from '@slack/types';
import { changeCourse, isDeploy, kindNoun } from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import { noReason } from '../../domain/reason.ts';
import type { Verdict } from '../../domain/incidents/incident.ts';
import type { CardSuspect, IncidentCard } from '../../incidents/card.ts';
import { button, context, section } from './blocks.ts';
import { carriedWords } from './carried.ts';
import { byWhom, linksOf, receivedWords, riskWords } from './change-line.ts';
import { escaped, outside } from './escape.ts';
import { isAboutTime, nameOf, undoneWords } from './incident-card-head.ts';
import type { Voice } from './voice.ts';

/** Characters of one suspect; what it carried gives way first. */
const longest = 2400;

/** Each suspect with what it brought, what speaks for and against it, and what people can say of it. */
export function suspectBlocks({ incident, suspects }: IncidentCard, voice: Voice): readonly KnownBlock[] {
  const open = incident.resolvedAt === null;
  return suspects.flatMap((suspect, index) => {
    const value = `${incident.id}:${suspect.change.id}`;
    // That the first was taken back stands in the first lines already.
    const undone = index === 0 ? null : undoneWords(suspect, voice);
    const shown = shownReasons(suspect);
    const told = section(`${index + 1}.  ${toldWords(suspect, { undone, reasons: shown, voice })}`);
    const why = reasonsLine(suspect, shown);
    const reasons = why === null ? [] : [context(why)];
    if (!open) return [told, ...reasons];
    if (index > 0) return [{ ...told, accessory: verdictMenu(value, allVerdicts) }, ...reasons];
    return [told, ...reasons, { type: 'actions', elements: verdictButtons(value) }];
  });
}

/** What a menu or button says, in the order in which it is wanted. */
const allVerdicts: readonly (readonly [Verdict, string])[] = [
  ['caused', 'It was this'],
  ['dismissed', 'Not this'],
  ['suspect', 'Suspect it'],
  ['fixed', 'It fixed it'],
];

function verdictButtons(value: string): (Button | Overflow)[] {
  return [
    button('incident_caused', { label: 'It was this', value }),
    button('incident_dismissed', { label: 'Not this', value }),
    verdictMenu(
      value,
      allVerdicts.filter(([verdict]) => verdict === 'suspect' || verdict === 'fixed'),
    ),
  ];
}

/** The value of an option is that of a button and the verdict: `42:1337:fixed`. */
function verdictMenu(value: string, verdicts: typeof allVerdicts): Overflow {
  return {
    type: 'overflow',
    action_id: 'incident_verdict',
    options: verdicts.map(([verdict, label]): PlainTextOption => ({
      text: { type: 'plain_text', text: label, emoji: false },
      value: `${value}:${verdict}`,
    })),
  };
}

interface Telling {
  readonly undone: string | null;
  /** Said below, and so not said here. */
  readonly reasons: ShownReasons;
  readonly voice: Voice;
}

function toldWords({ change, verdict }: CardSuspect, { undone, reasons, voice }: Telling): string {
  const told = [...reasons.speaking, ...reasons.against].map(({ text }) => text);
  const kind = isDeploy(change) ? `${kindNoun(change.kind, 1)} ` : '';
  const head = [
    nameOf(change, voice),
    `${kind}${voice.at(change.occurredAt)}${byWhom(change)}`,
    steadyCourse(change),
    receivedWords(change),
    riskWords(change, told),
    linksOf(change),
  ].filter((part) => part !== null);
  const why = outside(verdict?.text ?? '', 200);
  const said = verdict === null ? null : `${voice.who(verdict.saidBy)}: ${why === '' ? noReason : `"${why}"`}`;
  const lines = [
    undone,
    carriedWords(change, { most: 3, told }),
    change.reason === null ? null : `reason given: "${outside(change.reason, 160)}"`,
    said,
  ].filter((line) => line !== null && line !== '');
  return lines.reduce<string>(
    (text, line) => (text.length + (line?.length ?? 0) > longest ? text : `${text}\n${line}`),
    head.join(' · '),
  );
}

/** How it went, in words that do not grow old. */
export function steadyCourse(change: Change): string | null {
  if (change.status === 'started')
    return change.kind === 'drift' ? 'still there' : ':hourglass_flowing_sand: under way';
  const course = changeCourse(change, change.finishedAt ?? change.occurredAt);
  if (course === null) return null;
  return change.status === 'failed' ? `:x: *${escaped(course)}*` : escaped(course);
}

/** `Why (89 of 100)  took effect 1 min before it began +34, the same service +30` and below it what speaks against it. */
interface ShownReasons {
  readonly speaking: CardSuspect['reasons'];
  readonly against: CardSuspect['reasons'];
}

/** All that counts: people add it up. */
function shownReasons({ reasons }: CardSuspect): ShownReasons {
  return {
    speaking: timeFirst(reasons.filter(({ weight }) => weight > 0)),
    against: reasons.filter(({ weight }) => weight < 0),
  };
}

function reasonsLine({ score }: CardSuspect, { speaking, against }: ShownReasons): string | null {
  const words = (of: CardSuspect['reasons']) =>
    of.map(({ text, weight }) => `${outside(text, 110)} ${points(weight)}`).join(', ');
  const parts = [
    ...(speaking.length === 0 ? [] : [`*Why* (${Math.round(score * 100)} of 100)  ${words(speaking)}`]),
    ...(against.length === 0 ? [] : [`*Against*  ${words(against)}`]),
  ];
  return parts.length === 0 ? null : parts.join('\n');
}

/** What people ask first, however little it says. */
function timeFirst(reasons: CardSuspect['reasons']): CardSuspect['reasons'] {
  const time = reasons.find(isAboutTime);
  return time === undefined ? reasons : [time, ...reasons.filter((reason) => reason !== time)];
}

/** As parts of a hundred. */
function points(weight: number): string {
  const rounded = Math.round(Math.abs(weight) * 100);
  return `${weight < 0 ? '−' : '+'}${rounded}`;
}

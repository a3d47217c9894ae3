import type { Suspect } from '../answer.ts';
import type { BackportOffer } from '../backports/offer.ts';
import { personName } from '../change-words.ts';
import type { Change } from '../change.ts';
import type { Decided, Story } from './story.ts';
import { incidentReference } from './incident.ts';
import { markdownBold, markdownLink, markdownText } from '../markdown.ts';
import { followUpsOf } from '../post-mortem/follow-ups.ts';
import { momentOf, zoneOf } from '../post-mortem/moments.ts';
import { factsOf, fixesOf, summaryOf } from '../post-mortem/overview.ts';
import {
  type NameOf,
  capital,
  broughtBy,
  changeLabel,
  changeLinks,
  changeSentence,
  quotedSentence,
  spanOf,
  whoSaid,
} from '../post-mortem/sentences.ts';
import { timelineOf } from '../post-mortem/timeline.ts';

export interface PostMortemOptions {
  /** IANA name: whose clocks stand beside UTC. */
  readonly timezone: string;
  readonly nameOf: NameOf;
  readonly backportOf: (change: Change) => BackportOffer | null;
}

/**
 * The first draft of a post-mortem as Markdown: all that was recorded, in the order in which it is read, with room for
 * what only people know.
 */
export function postMortemOf(story: Story, { timezone, nameOf, backportOf }: PostMortemOptions): string {
  const { incident, asOf } = story;
  const { startedAt, resolvedAt } = incident;
  const zone = zoneOf(timezone, [startedAt, resolvedAt ?? asOf, ...story.lines.map(({ at }) => at)]);
  const times =
    zone.title === null ? timesAre(zone.name) : `Times are UTC, beside them those of ${markdownText(zone.name)}.`;
  return [
    `# ${incidentReference(incident)}: ${markdownText(incident.title)}`,
    `Draft, from what was recorded until ${momentOf(asOf, null)}. ${times} _What is in italics is for people to write._`,
    factsOf(story, zone, nameOf).join('\n'),
    '## Summary',
    ...summaryOf(story, nameOf),
    '## Impact',
    '_Who felt it, how many, for how long? What did they see, and what did it cost?_',
    '## Cause',
    ...causeOf(story),
    '## Timeline',
    timelineOf(story, zone, nameOf).join('\n'),
    ...leftOutOf(story),
    '## What was tried',
    listed(triedIn(story, nameOf), 'Nothing that the timeline knows of.'),
    '## What was ruled out',
    ...ruledOutOf(story, nameOf),
    '## Follow-ups',
    [
      ...followUpsOf(story, backportOf).map((sentence) => `- [ ] ${sentence}`),
      '- [ ] _What else is to be done, by whom, until when?_',
    ].join('\n'),
    '## Lessons',
    '_What went well? What went badly? Where were we lucky?_',
    '',
  ].join('\n\n');
}

function timesAre(zone: string): string {
  const isUtc = /^(?:Etc\/)?(?:UTC|GMT)$/.test(zone);
  return isUtc ? 'Times are UTC.' : `Times are UTC, which clocks in ${markdownText(zone)} showed too.`;
}

function causeOf(story: Story): readonly string[] {
  const { cause, incident, causeReasons, suspects } = story;
  const note = incident.causeNote === null ? [] : [`“${markdownText(incident.causeNote)}”`];
  if (cause === null) {
    if (note.length > 0) return ['No change of the timeline is named.', ...note];
    if (suspects.length === 0) return ['Nobody has named it, and no change of the timeline fits.'];
    return [
      'Nobody has named it. The likeliest by the timeline:',
      listed(
        suspects.map((each) => suspectSentence(each, story)),
        '',
      ),
    ];
  }
  const head = [
    `${markdownBold(changeLabel(cause))}, made ${spanOf(cause, incident.startedAt)}`,
    ...changeLinks(cause),
  ];
  const brought = broughtBy(cause, 10);
  const pointed = causeReasons.length > 0 ? causeReasons : cause.risks.map(({ text }) => text);
  return [
    `${head.join(', ')}.`,
    ...(cause.reason === null ? [] : [`Its reason was ${quotedSentence(cause.reason, 500)}`]),
    ...note,
    ...(brought === null ? [] : titled(`It ${brought.verb}:`, brought.things)),
    ...titled(
      'What pointed to it:',
      pointed.map((text) => capital(markdownText(text, 200))),
    ),
    '_Why did this have that effect, and why did nothing stop it before production?_',
  ];
}

function suspectSentence({ change, reasons }: Suspect, { asOf }: Story): string {
  const speaking = reasons.filter(({ weight }) => weight > 0).slice(0, 4);
  const why = speaking.map(({ text }) => markdownText(text, 200));
  return `${capital(changeSentence(change, asOf))}${why.length === 0 ? '' : `: ${why.join('; ')}`}`;
}

/** What took a change back or was named a fix, and what became of it. */
function triedIn(story: Story, nameOf: NameOf): readonly string[] {
  const named = new Map(
    story.decided.filter(({ verdict }) => verdict === 'fixed').map((each) => [each.change.id, each]),
  );
  const fixes = new Set(fixesOf(story).map(({ id }) => id));
  const takenBackBy = (id: string) =>
    story.decided.map(({ change }) => change).filter((change) => story.undone.get(change.id)?.id === id);
  return story.lines.flatMap((line) => {
    if (line.type !== 'change') return [];
    const { change } = line;
    const back = takenBackBy(change.id);
    const isTry = change.kind === 'rollback' && change.occurredAt >= story.incident.startedAt;
    if (!fixes.has(change.id) && !isTry && back.length === 0) return [];
    const who = personName(change.actor);
    const decided = named.get(change.id);
    const brought = broughtBy(change, 3);
    const sentences = [
      `${momentOf(change.occurredAt, story.incident.startedAt)}${who === null ? '' : `, ${markdownText(who)}`}: ${changeSentence(change, story.asOf)}`,
      ...back.map((each) => `Took back ${markdownText(changeLabel(each))}`),
      ...(brought === null ? [] : [capital(`${brought.verb} ${brought.things.join('; ')}`)]),
      ...(decided === undefined ? [] : [namedTheFix(decided, nameOf)]),
    ];
    return [sentences.map((sentence) => `${sentence}.`).join(' ')];
  });
}

function namedTheFix({ entry }: Decided, nameOf: NameOf): string {
  const by = whoSaid(entry.saidBy, nameOf);
  return `Named the fix${by === null ? '' : ` by ${markdownText(by)}`}${entry.text === '' ? '' : `: “${markdownText(entry.text)}”`}`;
}

function ruledOutOf(story: Story, nameOf: NameOf): readonly string[] {
  const out = story.decided.filter(({ verdict }) => verdict === 'dismissed');
  const open = story.cause === null ? [] : story.suspects;
  return [
    listed(
      out.map((each) => ruledOut(each, story, nameOf)),
      'Nobody ruled a change out.',
    ),
    ...titled(
      'Looked likely too, and nobody decided:',
      open.map((each) => suspectSentence(each, story)),
    ),
  ];
}

function ruledOut({ change, entry }: Decided, story: Story, nameOf: NameOf): string {
  const who = whoSaid(entry.saidBy, nameOf);
  const why = entry.text === '' ? '' : `: “${markdownText(entry.text)}”`;
  const by = who === null ? '' : `${markdownText(who)}, `;
  const label = markdownLink(changeLabel(change), change.diffUrl ?? change.url);
  return `${label}${why} (${by}${momentOf(entry.at, story.incident.startedAt)})`;
}

function leftOutOf({ leftOut, alertCount, alerts }: Story): readonly string[] {
  const more = alertCount - alerts.length;
  const left = [
    ...(leftOut > 0 ? [`${leftOut.toLocaleString('en')} more changes that landed during it`] : []),
    ...(more > 0 ? [`${more.toLocaleString('en')} more alerts`] : []),
  ];
  return left.length === 0 ? [] : [`Not in this table: ${left.join(' and ')}.`];
}

function titled(title: string, sentences: readonly string[]): readonly string[] {
  return sentences.length === 0 ? [] : [title, listed(sentences, '')];
}

function listed(sentences: readonly string[], none: string): string {
  return sentences.length === 0 ? none : sentences.map((sentence) => `- ${sentence}`).join('\n');
}

import { kindNoun, personName, tookEffect } from '../change-words.ts';
import type { Change } from '../change.ts';
import type { Story, StoryLine } from '../incidents/story.ts';
import type { EntryKind } from '../incidents/incident.ts';
import { markdownLink, markdownText } from '../markdown.ts';
import { formatDuration } from '../since/format.ts';
import { type Zone, bothMomentsOf, momentOf } from './moments.ts';
import { type NameOf, alertLink, changeLabel, quotedSentence, whoSaid } from './sentences.ts';

type Entry = Extract<StoryLine, { type: 'entry' }>['entry'];

/** What can be read at a glance. */
export function factsOf(story: Story, zone: Zone, nameOf: NameOf): readonly string[] {
  const { incident, measures } = story;
  const { startedAt, mitigatedAt, resolvedAt } = incident;
  const moment = (at: Date) => bothMomentsOf(at, at === startedAt ? null : startedAt, zone);
  const ended = (kind: 'mitigated' | 'resolved', at: Date | null, after: number | null) => {
    if (at === null) return '_not said_';
    const by = byOf(story, kind, nameOf);
    return [moment(at), afterWords(after), by === null ? null : `by ${by}`].filter((part) => part !== null).join(', ');
  };
  const rows: readonly (readonly [string, string | null])[] = [
    ['Status', resolvedAt !== null ? 'resolved' : mitigatedAt !== null ? 'mitigated, not resolved' : 'open'],
    ['Severity', incident.severity],
    ['Affected', placeWords(story)],
    ['Began', `${moment(startedAt)}${incident.said.start ? '' : ', as far as is known'}`],
    ['Detected', detected(story, moment, nameOf)],
    ['Mitigated', ended('mitigated', mitigatedAt, measures.toMitigate)],
    ['Resolved', ended('resolved', resolvedAt, measures.toResolve)],
    ['Cause', causeWords(story)],
    [
      'Fix',
      fixesOf(story)
        .map((change) => markdownText(changeLabel(change)))
        .join('; ') || null,
    ],
    ['Channel', incident.channel === null ? null : markdownText(`#${incident.channel.name}`)],
    ['People', markdownText(peopleOf(story, nameOf).join(', ')) || null],
  ];
  const [status = '', ...others] = rows.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [`| ${name} | ${value} |`],
  );
  return [status, '| :-- | :-- |', ...others];
}

/** The first thing that is read, and all that many will read: what it was, how it was found and ended, and why. */
export function summaryOf(story: Story, nameOf: NameOf): readonly string[] {
  const { incident, measures } = story;
  const { startedAt, resolvedAt } = incident;
  const where = placeWords(story);
  const lasted =
    resolvedAt === null || measures.toResolve === null
      ? `has been open since ${momentOf(startedAt, null)}`
      : `lasted ${formatDuration(measures.toResolve)}, from ${momentOf(startedAt, null)} to ${momentOf(resolvedAt, startedAt)}`;
  return [
    `“${markdownText(incident.title)}” ${lasted}${where === null ? '' : `, in ${where}`}.`,
    ...(incident.symptom === '' ? [] : [`What was seen: ${quotedSentence(incident.symptom, 1000)}`]),
    [detection(story, nameOf), course(story)].filter((each) => each !== null).join(' '),
    [causeSentence(story), backSentence(story), fixSentence(story)].filter((each) => each !== null).join(' '),
    ...resolution(story),
  ].filter((paragraph) => paragraph !== '');
}

/** What was said when it was over, unless that is the note on its cause. */
function resolution(story: Story): readonly string[] {
  const said = entriesIn(story).findLast(({ kind, saidBy }) => kind === 'resolved' && saidBy !== null)?.text ?? '';
  return said === '' || said === story.incident.causeNote
    ? []
    : [`In the words of who resolved it: ${quotedSentence(said)}`];
}

/** What a person named, else what took the cause back. */
export function fixesOf({ fixes, cause, undone }: Story): readonly Change[] {
  const back = cause === null ? undefined : undone.get(cause.id);
  return fixes.length > 0 || back === undefined ? fixes : [back];
}

/** Escaped. Null: nobody knows what is affected. */
function placeWords({ incident: { environment, services } }: Story): string | null {
  const names = markdownText(services.join(', '), 500);
  if (environment === null) return names === '' ? null : names;
  return names === '' ? markdownText(environment) : `${markdownText(environment)} (${names})`;
}

function causeWords({ cause, incident: { causeNote } }: Story): string | null {
  if (cause !== null) return markdownText(changeLabel(cause));
  return causeNote === null ? null : `no change: “${markdownText(causeNote, 200)}”`;
}

function detected(story: Story, moment: (at: Date) => string, nameOf: NameOf): string {
  const { incident, measures, firstAlertAt } = story;
  const { by, isAlert } = detectedBy(story, nameOf);
  const words = by === null ? null : isAlert ? by : `by ${by}`;
  return [
    moment(isAlert && firstAlertAt !== null ? firstAlertAt : incident.openedAt),
    afterWords(measures.toDetect),
    words,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

function detection(story: Story, nameOf: NameOf): string | null {
  const { measures } = story;
  const { by } = detectedBy(story, nameOf);
  if (by === null) return null;
  if (measures.toDetect === null) return `${by} told of it; how long it had been there by then is not known.`;
  return `${by} told of it ${measures.toDetect < 60_000 ? 'at once' : afterWords(measures.toDetect)}.`;
}

/** Escaped. The first alert, unless a person was quicker. */
function detectedBy(story: Story, nameOf: NameOf): { readonly by: string | null; readonly isAlert: boolean } {
  const { incident, firstAlertAt, alerts } = story;
  const [alert] = alerts;
  const isAlert = alert !== undefined && firstAlertAt !== null && firstAlertAt <= incident.openedAt;
  return { by: isAlert ? alertLink(alert) : openerOf(story, nameOf), isAlert };
}

function openerOf(story: Story, nameOf: NameOf): string | null {
  const opened = entriesIn(story).find(({ kind }) => kind === 'opened');
  const name = whoSaid(opened?.saidBy ?? null, nameOf);
  return name === null ? null : markdownText(name);
}

function course({ measures }: Story): string | null {
  const steps = [
    measures.toMitigate === null ? null : `mitigated ${afterWords(measures.toMitigate)}`,
    measures.toResolve === null ? null : `resolved ${afterWords(measures.toResolve)}`,
  ].filter((each) => each !== null);
  return steps.length === 0 ? null : `It was ${steps.join(' and ')}.`;
}

/** Who made it is told further down: this is about what happened. */
function causeSentence({ cause, incident }: Story): string {
  const note = incident.causeNote === null ? '' : ` ${quotedSentence(incident.causeNote)}`;
  if (cause === null) {
    return note === '' ? 'Nobody has named its cause.' : `No change of the timeline is named as its cause:${note}`;
  }
  return `Its cause was the ${labelled(cause)}, ${effectWords(cause, incident.startedAt)}${note === '' ? '.' : `:${note}`}`;
}

function effectWords(change: Change, onset: Date): string {
  const before = onset.getTime() - tookEffect(change).getTime();
  if (before < 0) return 'which was under way when it began';
  if (before < 60_000) return 'which took effect as it began';
  return `which took effect ${formatDuration(before)} before it began`;
}

function backSentence({ cause, undone, incident }: Story): string | null {
  const back = cause === null ? undefined : undone.get(cause.id);
  return back === undefined
    ? null
    : `The ${labelled(back)} took it back at ${momentOf(tookEffect(back), incident.startedAt)}.`;
}

function fixSentence({ fixes, cause, undone, incident }: Story): string | null {
  const back = cause === null ? undefined : undone.get(cause.id);
  const others = fixes
    .filter(({ id }) => id !== back?.id)
    .map((change) => `the ${labelled(change)} at ${momentOf(tookEffect(change), incident.startedAt)}`);
  return others.length === 0 ? null : `It was fixed by ${others.join(' and ')}.`;
}

/** `rollback [checkout 1.42.0 → 1.41.3](…)` */
function labelled(change: Change): string {
  return `${kindNoun(change.kind, 1)} ${markdownLink(changeLabel(change), change.diffUrl ?? change.url ?? change.runUrl)}`;
}

function afterWords(length: number): string;
function afterWords(length: number | null): string | null;
function afterWords(length: number | null): string | null {
  return length === null ? null : `after ${formatDuration(length)}`;
}

/** Escaped. Null: a rule, or nobody has. */
function byOf(story: Story, kind: EntryKind, nameOf: NameOf): string | null {
  const entry = entriesIn(story).findLast((each) => each.kind === kind);
  const name = whoSaid(entry?.saidBy ?? null, nameOf);
  return name === null ? null : markdownText(name);
}

function peopleOf(story: Story, nameOf: NameOf): readonly string[] {
  const said = entriesIn(story).flatMap(({ saidBy }) =>
    saidBy?.startsWith('api:') === true ? [] : (whoSaid(saidBy, nameOf) ?? []),
  );
  // Who made a change goes by another name there, and would stand here twice.
  const acted = [story.cause, ...fixesOf(story)].flatMap((change) => personName(change?.actor) ?? []);
  return [...new Set(said.length > 0 ? said : acted)].slice(0, 30);
}

export function entriesIn({ lines }: Pick<Story, 'lines'>): readonly Entry[] {
  return lines.flatMap((line) => (line.type === 'entry' ? [line.entry] : []));
}

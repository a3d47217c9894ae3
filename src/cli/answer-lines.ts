import type { Answer } from '../domain/answer.ts';
import {
  changeCourse,
  changeName,
  changeStep,
  isDeploy,
  kindNoun,
  personName,
  reportedBy,
  serviceName,
  verifiedWords,
} from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import { coverageWords } from '../domain/coverage-words.ts';
import { headline } from '../domain/headline.ts';
import { alertName, alertState } from '../domain/alert-words.ts';
import { outsideText } from '../domain/outside-text.ts';
import { reasonWords } from '../domain/suspect-words.ts';
import { table } from './command.ts';

/** The answer for a terminal. `timezone`: of the times in it, an IANA name. */
export function answerLines(
  answer: Answer,
  { now, timezone }: { readonly now: Date; readonly timezone: string },
): readonly string[] {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    day: '2-digit',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const rows = answer.changes.map((change) => row(change, clock, now));
  return [
    headline(answer, now),
    ...answer.window.notes.map((note) => `(${oneLine(note)})`),
    ...alerts(answer, clock),
    ...suspects(answer),
    ...(rows.length === 0 ? [] : ['', table(['when', 'kind', 'service', 'what', 'by', 'how it went'], rows)]),
    ...rest(answer),
    ...seen(answer, now),
  ];
}

function row(change: Change, clock: Intl.DateTimeFormat, now: Date): readonly string[] {
  const risks = change.risks.filter((risk) => risk.name !== 'failed').map((risk) => risk.text);
  const course = [
    changeCourse(change, now),
    ...risks,
    verifiedWords(change),
    repeatedWords(change, clock),
    reportedBy(change),
  ]
    .filter((part) => part !== null)
    .join('; ');
  const what = isDeploy(change) ? changeStep(change) : changeName(change);
  const service = serviceName(change) ?? '';
  return [
    clock.format(change.occurredAt),
    kindNoun(change.kind, 1),
    service,
    what,
    personName(change.actor) ?? '',
    course,
  ].map(oneLine);
}

function repeatedWords({ repeated }: Change, clock: Intl.DateTimeFormat): string | null {
  return repeated === null ? null : `${repeated.count} times since ${clock.format(repeated.since)}`;
}

const mostReasons = 6;
const longestWhy = 300;

function suspects({ suspects: ranked }: Answer): readonly string[] {
  if (ranked.length === 0) return [];
  const lines = ranked.slice(0, 3).map((suspect, index) => {
    const { change, score, likelihood } = suspect;
    const { because, but } = reasonWords(suspect, mostReasons);
    const against = but.length === 0 ? [] : [`but: ${but.join(', ')}`];
    const why = outsideText([...(because.length === 0 ? [] : [because.join(', ')]), ...against].join('; '), longestWhy);
    const how = `${likelihood}, ${score.toFixed(2)}`;
    return `  ${index + 1}. ${oneLine(changeName(change))} (${why === undefined ? how : `${how}: ${why}`})`;
  });
  return ['', 'Look here first:', ...lines];
}

function alerts({ alerts: told }: Answer, clock: Intl.DateTimeFormat): readonly string[] {
  if (told.length === 0) return [];
  const lines = told.map(
    (each) =>
      `  ${clock.format(each.startedAt)}  ${oneLine(each.title)} (${oneLine(alertState(each))}; ${oneLine(alertName(each))})`,
  );
  return ['', 'Incidents and alerts:', ...lines];
}

function rest(answer: Answer): readonly string[] {
  const more = answer.total - answer.changes.length;
  return more > 0 && answer.next !== null ? [`… and ${more} more: --limit shows more at a time`] : [];
}

function seen(answer: Answer, now: Date): readonly string[] {
  const words = coverageWords(answer.coverage, { window: answer.window, now });
  if (words.length === 0) return ['', 'Seen: nothing, no source is connected.'];
  const gaps = words.flatMap(({ gap }) => gap ?? []);
  return ['', `Seen: ${words.map(({ title, state }) => `${title} ${state}`).join(' · ')}`, ...gaps];
}

function oneLine(text: string): string {
  return outsideText(text, 160) ?? '';
}

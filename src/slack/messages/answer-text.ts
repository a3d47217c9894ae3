import type { Answer } from '../../domain/answer.ts';
import { changeCourse, countOf, isDeploy, kindNoun, personName, serviceName } from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import { restrictedWords } from '../../domain/restricted-words.ts';
import { headlineParts } from '../../domain/headline.ts';
import { mainThing } from './carried.ts';
import { coverageGaps } from './coverage-line.ts';
import { outside } from './escape.ts';
import { mostSuspects } from './suspects.ts';
import { writtenTime } from './time.ts';

interface TextOptions {
  readonly now: Date;
  readonly timezone: string;
  readonly continued: boolean;
}

const mostChanges = 5;
const longest = 3500;

/** The answer for notifications and screen readers: enough to act on, in the asker's time zone. */
export function answerText(answer: Answer, options: TextOptions): string {
  const { now } = options;
  const parts = headlineParts(answer, now, options);
  const gaps = answer.total === 0 ? [] : coverageGaps(answer, now).slice(0, 3);
  const suspects = options.continued ? [] : answer.suspects.slice(0, mostSuspects).map(({ change }) => change);
  const named = new Set(suspects.map(({ id }) => id));
  const others = answer.changes.filter(({ id }) => !named.has(id)).slice(0, mostChanges);
  const rest = Math.max(answer.total, answer.changes.length) - suspects.length - others.length;
  const lines = [
    outside(parts.detail === '' ? `${parts.answer}.` : `${parts.answer}. ${parts.detail}`, 900),
    ...gaps.map((gap) => outside(gap, 200)),
    ...(suspects.length === 0 ? [] : ['Look here first:']),
    ...suspects.map((change, index) => `${index + 1}. ${changeText(change, options)}`),
    ...(others.length > 0 && suspects.length > 0 ? ['Also:'] : []),
    ...others.map((change) => `- ${changeText(change, options)}`),
    ...(rest > 0 && answer.changes.length > 0 && !options.continued ? [`and ${countOf(rest, 'more change')}`] : []),
    ...(answer.restricted > 0 ? [restrictedWords(answer.restricted, 'change')] : []),
  ];
  return withinLongest(lines);
}

function changeText(change: Change, options: TextOptions): string {
  const { now } = options;
  const by = personName(change.actor);
  const service = isDeploy(change) ? null : serviceName(change);
  const course = change.status === 'succeeded' ? null : changeCourse(change, now);
  const details = [
    `${kindNoun(change.kind, 1)}${service === null ? '' : ` for ${service}`} ${writtenTime(change.occurredAt, options)}${by === null ? '' : ` by ${by}`}`,
    ...(course === null ? [] : [course]),
    ...(change.clock === 'received' ? ['time as received'] : []),
  ];
  return outside(`${mainThing(change)}, ${details.join(', ')}`, 300);
}

function withinLongest(lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    if (text.length + line.length + 1 > longest) break;
    text = text === '' ? line : `${text}\n${line}`;
  }
  return text;
}

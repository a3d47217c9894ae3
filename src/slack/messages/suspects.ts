import type { SectionBlock } from '@slack/types';
import type { Suspect } from '../../domain/answer.ts';
import { isDeploy, kindNoun, reportedBy, serviceName } from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import { reasonWords } from '../../domain/suspect-words.ts';
import { section } from './blocks.ts';
import { carriedWords } from './carried.ts';
import { byWhom, changeHeading, courseWords, linksOf, receivedWords, riskWords } from './change-line.ts';
import { outside } from './escape.ts';
import { readerTime } from './time.ts';

export const mostSuspects = 3;
const mostReasons = 4;

/** The changes to look at first, each with what it brought and why it is here. */
export function suspectBlocks(suspects: readonly Suspect[], now: Date): readonly SectionBlock[] {
  return suspects
    .slice(0, mostSuspects)
    .map((suspect, index) =>
      section(`${index === 0 ? '*Look here first*\n' : ''}${index + 1}.  ${suspectWords(suspect, now)}`),
    );
}

function suspectWords(suspect: Suspect, now: Date): string {
  const { change } = suspect;
  // A risk among them is not said twice.
  const { because, but } = reasonWords(suspect, mostReasons);
  const told = [...because, ...but];
  const head = [
    changeHeading(change),
    `${kindNoun(change.kind, 1)}${forWhat(change)} ${readerTime(change.occurredAt, now)}${byWhom(change)}`,
    courseWords(change, now),
    receivedWords(change),
    outside(reportedBy(change) ?? '', 160) || null,
    riskWords(change, told),
    linksOf(change),
  ].filter((part) => part !== null);
  const reason = change.reason === null ? '' : outside(change.reason, 160);
  const lines = [
    head.join(' · '),
    carriedWords(change, { most: 3, told }),
    reason === '' ? null : `reason given: "${reason}"`,
    reasonLine(suspect, { because, but }),
  ];
  return joined(lines.filter((line) => line !== null));
}

/** `_Why:_ took effect 4 min ago, the same service; but: names no environment` */
function reasonLine({ likelihood }: Suspect, { because, but }: ReturnType<typeof reasonWords>): string | null {
  const [why, against] = [because, but].map((texts) =>
    texts
      .map((text) => outside(text, 90))
      .filter((text) => text !== '')
      .join(', '),
  );
  const parts = [why ?? '', against === '' ? '' : `but: ${against}`].filter((part) => part !== '');
  return parts.length === 0 ? null : `_${likelihood === 'likely' ? 'Likely' : 'Why'}:_ ${parts.join('; ')}`;
}

/** As many whole lines as one section takes. */
function joined(lines: readonly string[]): string {
  const longest = 2800;
  return lines.reduce((text, line) => (text.length + line.length + 3 > longest ? text : `${text}\n↳ ${line}`));
}

/** The heading of a deploy names its service already. */
function forWhat(change: Change): string {
  const service = isDeploy(change) ? null : serviceName(change);
  return service === null ? '' : ` for ${outside(service, 120)}`;
}

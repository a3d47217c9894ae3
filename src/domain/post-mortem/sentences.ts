import { changeCourse, changeStep, isDeploy, kindNoun, serviceName, tookEffect } from '../change-words.ts';
import type { Change } from '../change.ts';
import { alertName } from '../alert-words.ts';
import type { IncidentEntry, Verdict } from '../incidents/incident.ts';
import { markdownBold, markdownLink, markdownText } from '../markdown.ts';
import type { FoldedSignal } from '../signal.ts';
import { formatDuration } from '../since/format.ts';
import { slackMessageUrl } from '../slack-message-url.ts';
import { clockOf, momentOf } from './moments.ts';

/** The name of who said something, by the id that was kept: a Slack member id. Null: nobody knows it. */
export type NameOf = (saidBy: string) => string | null;

/** Plain text, to be escaped. Null: a rule. */
export function whoSaid(saidBy: string | null, nameOf: NameOf): string | null {
  if (saidBy === null) return null;
  if (saidBy.startsWith('api:')) return `API token ${saidBy.slice(4)}`;
  return nameOf(saidBy) ?? `member ${saidBy}`;
}

/** `checkout 1.41.3 → 1.42.0`, `new-ledger 20 % → 50 %`: plain text. */
export function changeLabel(change: Change): string {
  const [service, step] = [serviceName(change), changeStep(change)];
  return isDeploy(change) && service !== null ? `${service} ${step}` : step;
}

/** `deploy of **checkout 1.41.3 → 1.42.0**, live at 15:58, “p99 doubled”, [diff](…), [run](…)` */
export function changeSentence(change: Change, asOf: Date): string {
  const reason = change.reason === null ? '' : markdownText(change.reason, 300);
  return [
    `${kindWords(change)} ${markdownBold(changeLabel(change))}`,
    courseWords(change, asOf),
    reason === '' ? null : `“${reason}”`,
    ...changeLinks(change),
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** `deploy of`, `flag change in ledger:` */
function kindWords(change: Change): string {
  const noun = kindNoun(change.kind, 1);
  if (isDeploy(change)) return `${noun} of`;
  const service = serviceName(change);
  return service === null ? `${noun}:` : `${noun} in ${markdownText(service)}:`;
}

/** How it went, with the moment from which it was so. */
function courseWords(change: Change, asOf: Date): string | null {
  const { status, finishedAt, occurredAt, clock } = change;
  const received = clock === 'received' ? 'time as received' : null;
  if (status === 'succeeded' && change.kind !== 'drift') {
    const later = finishedAt !== null && finishedAt.getTime() - occurredAt.getTime() >= 60_000;
    return later ? `live at ${clockOf(finishedAt)}` : received;
  }
  const course = changeCourse(change, asOf);
  return course === null ? received : markdownText(course);
}

export function changeLinks(change: Change): readonly string[] {
  const found: readonly (readonly [string, string | null])[] = [
    ['diff', change.diffUrl],
    ['run', change.runUrl],
    ['source', change.diffUrl === null && change.runUrl === null ? change.url : null],
  ];
  return found.map(([words, url]) => markdownLink(words, url)).filter((link) => link.startsWith('['));
}

export interface Brought {
  readonly verb: 'brought' | 'took back';
  /** With what nobody looked at; the last may be a count. */
  readonly things: readonly string[];
}

/** Null: what it carried is not known, or it was nothing. */
export function broughtBy({ carried, repository }: Change, most: number): Brought | null {
  if (carried === null) return null;
  const { pullRequests, commits, total, direction } = carried;
  const named =
    pullRequests.length > 0
      ? pullRequests.map((each) => {
          const label = each.repository === repository ? `#${each.number}` : `${each.repository}#${each.number}`;
          return { link: markdownLink(label, each.url), title: each.title, risks: each.risks };
        })
      : commits.map(({ sha, url, title }) => ({ link: markdownLink(sha.slice(0, 7), url), title, risks: [] }));
  const all = pullRequests.length > 0 ? pullRequests.length : Math.max(total, commits.length);
  const told = named.slice(0, most).map(({ link, title, risks = [] }) => {
    const words = title === undefined ? '' : ` “${markdownText(title, 140)}”`;
    return `${link}${words}${risks.map(({ text }) => `, ${markdownText(text, 140)}`).join('')}`;
  });
  const things = all > told.length ? [...told, `${all - told.length} more`] : told;
  return things.length === 0 ? null : { verb: direction === 'backward' ? 'took back' : 'brought', things };
}

/** `PagerDuty #1234 “Checkout errors”` */
export function alertLink(alert: FoldedSignal): string {
  const title = markdownText(alert.title, 200);
  return `${markdownLink(alertName(alert), alert.url)}${title === '' ? '' : ` “${title}”`}`;
}

export function alertSentence(alert: FoldedSignal, part: 'began' | 'over'): string {
  if (part === 'began') return `alert: ${alertLink(alert)}${alert.severity === null ? '' : ` (${alert.severity})`}`;
  const length = alert.resolvedAt === null ? 0 : alert.resolvedAt.getTime() - alert.startedAt.getTime();
  return `alert over: ${alertLink(alert)}${length > 0 ? `, after ${formatDuration(length)}` : ''}`;
}

const verdictWords: Readonly<Record<Verdict, string>> = {
  caused: 'named the cause:',
  fixed: 'named the fix:',
  suspect: 'suspected:',
  dismissed: 'ruled out:',
};

function messageLink({ message }: IncidentEntry): string {
  return message === null ? '' : ` (${markdownLink('message', slackMessageUrl(message.channelId, message.ts))})`;
}

/** An entry as one line; what its kind says already is not said again. */
export function entrySentence(entry: IncidentEntry, change: Change | null): string {
  const text = markdownText(entry.kind === 'start-time' ? withMoments(entry.text, entry.at) : entry.text);
  const and = text === '' ? '' : `: ${text}`;
  switch (entry.kind) {
    case 'note':
      return `“${text}”${entry.edited ? ' (edited)' : ''}${messageLink(entry)}`;
    case 'verdict': {
      const what = change === null ? 'a change that the timeline no longer shows' : markdownBold(changeLabel(change));
      return `${entry.verdict === null ? '' : verdictWords[entry.verdict.verdict]} ${what}${text === '' ? '' : `, ${text}`}`;
    }
    case 'opened':
      return `incident opened${and}`;
    case 'mitigated':
      return `**Mitigated**${and}`;
    case 'resolved':
      return `**Resolved**${and}`;
    case 'reopened':
      return `**Opened again**${and}`;
    case 'severity':
      return `severity${and}`;
    case 'scope':
      return `affected${and}`;
    case 'start-time':
      return `beginning corrected${and}`;
    case 'joined':
      return `joined with it${and}`;
    case 'parted':
      return `parted from it${and}`;
    case 'title':
      return `title${and}`;
    case 'channel':
      return `channel${and}`;
  }
}

/** Moments that a correction wrote down for programs, as people read them. */
function withMoments(text: string, of: Date): string {
  return text.replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/g, (iso) => momentOf(new Date(iso), of));
}

/** `15:55 to 15:58 UTC`, `15:55 UTC` */
export function spanOf(change: Change, of: Date): string {
  const end = tookEffect(change);
  const began = momentOf(change.occurredAt, of);
  return end.getTime() - change.occurredAt.getTime() < 60_000
    ? `at ${began}`
    : `from ${began.replace(/ UTC$/, '')} to ${momentOf(end, change.occurredAt)}`;
}

export function capital(sentence: string): string {
  return sentence.replace(/^[a-z]/, (first) => first.toUpperCase());
}

/** `“p99 doubled”.`, with one full stop. Escaped. */
export function quotedSentence(text: string, limit?: number): string {
  const words = markdownText(text, limit);
  return /[.!?…]$/.test(words) ? `“${words}”` : `“${words}”.`;
}

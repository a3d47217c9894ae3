import type { KnownBlock } from '@slack/types';
import { alertName } from '../../domain/alert-words.ts';
import { countOf } from '../../domain/change-words.ts';
import type { Story, StoryLine } from '../../domain/incidents/story.ts';
import type { IncidentEntry, Verdict } from '../../domain/incidents/incident.ts';
import type { Change } from '../../domain/change.ts';
import { fixesOf } from '../../domain/post-mortem/overview.ts';
import { formatDuration } from '../../domain/since/format.ts';
import { slackMessageUrl } from '../../domain/slack-message-url.ts';
import { context, sections } from './blocks.ts';
import { byWhom, linksOf } from './change-line.ts';
import { bold, link, outside } from './escape.ts';
import { nameOf } from './incident-card-head.ts';
import { steadyCourse } from './incident-card-suspects.ts';
import { dated } from './voice.ts';

/** Characters of the whole message that Slack is sure to take, with room for what stands above. */
const budget = 8000;

/** What was so when, in the order in which it was so, each at the reader's own day and time. The latest where it is much. */
export function renderStory(story: Story): readonly KnownBlock[] {
  const lines = story.lines.map((line) => `${dated.at(line.at)}  ${lineWords(line, story)}`);
  let from = lines.length;
  for (let length = 0; from > 0; from -= 1) {
    length += JSON.stringify(lines[from - 1]).length;
    if (length > budget) break;
  }
  const earlier = from === 0 ? [] : [context(`${countOf(from, 'earlier line')} before these.`)];
  return [...earlier, ...sections(lines.slice(from))];
}

function lineWords(line: StoryLine, story: Story): string {
  switch (line.type) {
    case 'onset':
      return '*The fault began*';
    case 'entry':
      return entryWords(line.entry, line.change);
    case 'alert': {
      const { alert, part } = line;
      const name = outside(alertName(alert).replaceAll('|', '¦'), 80) || 'alert';
      const told = `${link(alert.url, name) ?? name} ${bold(alert.title, 160)}`;
      if (part === 'began') return `:rotating_light: ${told}`;
      const length = alert.resolvedAt === null ? 0 : alert.resolvedAt.getTime() - alert.startedAt.getTime();
      return `:white_check_mark: Over: ${told}${length > 0 ? `, after ${formatDuration(length)}` : ''}`;
    }
    case 'change':
      return changeWords(line.change, story);
  }
}

function changeWords(change: Change, story: Story): string {
  const isFix = fixesOf(story).some(({ id }) => id === change.id);
  const label = change.id === story.cause?.id ? '*Cause:* ' : isFix ? '*Fix:* ' : '';
  const parts = [`${label}${nameOf(change, dated)}${byWhom(change)}`, steadyCourse(change), linksOf(change)];
  return parts.filter((part) => part !== null).join(' · ');
}

const verdictWords: Readonly<Record<Verdict, string>> = {
  caused: 'Named the cause',
  fixed: 'Named the fix',
  suspect: 'Suspected',
  dismissed: 'Ruled out',
};

const kindWords: Readonly<Record<Exclude<IncidentEntry['kind'], 'note' | 'verdict'>, string>> = {
  opened: 'Incident opened',
  mitigated: '*Mitigated*',
  resolved: '*Resolved*',
  reopened: '*Opened again*',
  severity: 'Severity',
  scope: 'Affected',
  'start-time': 'Beginning corrected',
  joined: 'Joined with it',
  parted: 'Parted from it',
  title: 'Title',
  channel: 'Channel',
};

/** A moment that a correction wrote down for programs. */
const iso = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/g;

function messageLink({ message }: IncidentEntry): string {
  return message === null ? '' : ` (${link(slackMessageUrl(message.channelId, message.ts), 'message') ?? ''})`;
}

/** What a rule did needs no name. */
function entryWords(entry: IncidentEntry, change: Change | null): string {
  const said = entry.saidBy === null ? '' : ` · ${dated.who(entry.saidBy)}`;
  const text = outside(entry.text, 600).replaceAll(iso, (moment) => dated.at(new Date(moment)));
  const and = text === '' ? '' : `: ${text}`;
  if (entry.kind === 'note') return `:pushpin: “${text}”${entry.edited ? ' (edited)' : ''}${messageLink(entry)}${said}`;
  if (entry.kind !== 'verdict') return `${kindWords[entry.kind]}${and}${said}`;
  const what = change === null ? 'a change that the timeline no longer shows' : nameOf(change, dated);
  const verdict = entry.verdict === null ? 'Decided about' : verdictWords[entry.verdict.verdict];
  return `${verdict}: ${what}${text === '' ? '' : `, “${text}”`}${said}`;
}

import { slackDate } from './slack-date.ts';
import type { Person, Workspace } from './slack/workspace.ts';

export interface Reader {
  readonly workspace: Workspace;
  readonly viewer: Person;
  readonly now: Date;
}

/** Around what is bold, for a terminal that can show it; never part of what people write. */
export const boldOn = '\u0001';
export const boldOff = '\u0002';

/** Slack's mrkdwn as a person reads it: links by their words, dates in the reader's time zone, bold between marks. */
export function readMrkdwn(text: string, reader: Reader): string {
  return text
    .split(/(<[^<>]+>)/)
    .map((part) => (/^<[^<>]+>$/.test(part) ? readReference(part.slice(1, -1), reader) : readStyled(part)))
    .join('');
}

function readStyled(text: string): string {
  return unescape(
    text
      .replaceAll(/(^|[^\p{L}\p{N}])\*([^*\n]+)\*(?![\p{L}\p{N}])/gu, `$1${boldOn}$2${boldOff}`)
      .replaceAll(/(^|[^\p{L}\p{N}])[_~]([^_~\n]+)[_~](?![\p{L}\p{N}])/gu, '$1$2')
      .replaceAll('`', '')
      .replaceAll(/:([a-z_]+):/g, (whole, name: string) => emoji[name] ?? whole),
  );
}

/** The ones that the bot uses; others stay as they are written. */
const emoji: Readonly<Record<string, string>> = {
  warning: '⚠',
  x: '✗',
  white_check_mark: '✓',
  rewind: '⏪',
  hourglass_flowing_sand: '⏳',
  leftwards_arrow_with_hook: '↩',
  rotating_light: '🚨',
  grey_question: '❔',
  no_bell: '🔕',
  zzz: '💤',
  two: '②',
};

function readReference(reference: string, { workspace, viewer, now }: Reader): string {
  const at = reference.indexOf('|');
  const [target, words] = at === -1 ? [reference, ''] : [reference.slice(0, at), reference.slice(at + 1)];
  const [, seconds, format] = /^!date\^(\d+)\^([^^]+)/.exec(target) ?? [];
  if (seconds !== undefined && format !== undefined) {
    return slackDate(Number(seconds), format, { timezone: viewer.timezone, now });
  }
  if (target.startsWith('@')) return `@${personName(workspace, target.slice(1))}`;
  if (target.startsWith('#'))
    return `#${words || (workspace.channels.find(({ id }) => id === target.slice(1))?.name ?? '')}`;
  if (target.startsWith('!')) return words || `@${target.slice(1)}`;
  return words === '' ? unescape(target) : readStyled(words);
}

export function personName(workspace: Workspace, id: string): string {
  if (id === workspace.app.botUser) return workspace.app.name;
  return workspace.people.find((person) => person.id === id)?.name ?? id;
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

import type { DigestMute } from '../../domain/digest/said.ts';
import { nextDue } from '../../domain/digest/schedule.ts';
import { countOf } from '../../domain/change-words.ts';
import type { DigestPort } from '../digest/port.ts';
import type { SlackMessage } from '../send.ts';
import { section } from './blocks.ts';
import { code, outside } from './escape.ts';
import { sentences } from './incident-heading.ts';
import { readerTime } from './time.ts';

export type When = Pick<DigestPort, 'times' | 'channel' | 'ofServices'>;

export function renderDigestSettings(
  port: When,
  { mute, useless, now }: { readonly mute: DigestMute | null; readonly useless: number; readonly now: Date },
): SlackMessage {
  const lines = [
    `*The weekly digest.* ${whenWords(port, now)}`,
    'It is told once a week, and not at all when nothing has changed and there is nothing to do. Whoever runs me sets day, time, time zone and channel in the settings, under `digest`; `services: true` tells the channel of each service of its own too.',
    ...(mute === null
      ? []
      : [
          `This channel is muted by <@${outside(mute.by, 30)}>${mute.until === null ? '' : ` until ${mute.until.toISOString().slice(0, 10)}`}.`,
        ]),
    ...(useless === 0 ? [] : [`People said here ${countOf(useless, 'time')} that it is not useful.`]),
    'See it now, for you alone: `/parity digest now`',
  ];
  return { text: lines.join('\n').replaceAll(/[*`]/g, ''), blocks: [section(lines.join('\n'))] };
}

export function whenWords({ times, channel, ofServices }: When, now: Date): string {
  if (times === null || channel === null)
    return 'The settings name no channel for it: nobody is told (`digest: { channel: … }`).';
  const { day, time, timezone } = times;
  const where = `${code(channel, 100)}${ofServices ? ' and the channels of services' : ''}`;
  const next = readerTime(nextDue(times, now).at, now);
  return `${where} ${ofServices ? 'are' : 'is'} told on ${day.charAt(0).toUpperCase()}${day.slice(1)}s at ${time} (${outside(timezone, 60)}), next ${next}.`;
}

export function renderMuted(until: Date | null): SlackMessage {
  const when = until === null ? 'until somebody unmutes it' : `until ${until.toISOString().slice(0, 10)}`;
  return sentences(`*Muted.* This channel gets no digest ${when}. Its last message says so, with your name.`);
}

export function renderUnmuted(): SlackMessage {
  return sentences('*Unmuted.* This channel gets the next digest again.');
}

import { alertName } from '../../domain/alert-words.ts';
import type { CardLine } from '../../incidents/card-lines.ts';
import type { SlackMessage } from '../send.ts';
import { sections } from './blocks.ts';
import { outside } from './escape.ts';
import { sinceLine } from './incident-card-facts.ts';
import { nameOf } from './incident-card-head.ts';
import { type Voice, drawn, written } from './voice.ts';

/** The card tells how many there are. */
const mostLines = 15;

/** What happened while an incident is worked on, for the thread of its card. */
export function renderLines(lines: readonly CardLine[], startedAt: Date): SlackMessage {
  const shown = lines.slice(0, mostLines);
  const more = lines.length > mostLines ? [`… and ${(lines.length - mostLines).toLocaleString('en')} more`] : [];
  const draw = (voice: Voice) => [...shown.map((line) => lineWords(line, voice)), ...more];
  return { text: draw(written).slice(0, 6).join('\n'), blocks: [...sections(draw(drawn(startedAt)))] };
}

function lineWords(line: CardLine, voice: Voice): string {
  if ('alert' in line) {
    const { alert } = line;
    const at = alert.resolvedAt === null ? '' : `${voice.at(alert.resolvedAt)}  `;
    return `${at}:white_check_mark: Over: ${outside(alert.title, 160)} (${outside(alertName(alert), 80)})`;
  }
  const { change, ticksOff } = line;
  if (ticksOff === null) return sinceLine(change, voice);
  const what = change.status === 'started' ? 'is taking back' : 'takes back';
  return `${sinceLine(change, voice)} · :white_check_mark: ${what} ${nameOf(ticksOff.change, voice)}`;
}

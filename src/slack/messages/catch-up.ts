import type { KnownBlock } from '@slack/types';
import type { CatchUpLine, CatchUpPiece } from '../../domain/incidents/catch-up.ts';
import { sections } from './blocks.ts';
import { bold, escaped, link, outside } from './escape.ts';
import { readerTime } from './time.ts';

/** Of one piece; a line has few of them. */
const longest = 300;

/** For one person, who has just come. */
export function renderCatchUp(
  lines: readonly CatchUpLine[],
  now: Date,
): { readonly text: string; readonly blocks: KnownBlock[] } {
  const written = lines.map(({ label, pieces }) => {
    const words = pieces.map((piece) => pieceWords(piece, now)).join('');
    return `${bold(label, 60)}  ${words}`;
  });
  return { text: written.join('\n'), blocks: [...sections(written)] };
}

function pieceWords(piece: CatchUpPiece, now: Date): string {
  if ('at' in piece) return readerTime(piece.at, now);
  if ('member' in piece) return /^[UW][A-Z0-9]+$/.test(piece.member) ? `<@${piece.member}>` : escaped(piece.member);
  if ('link' in piece) {
    const words = outside(piece.link, longest);
    return link(piece.url, words) ?? words;
  }
  return spaced(piece.words);
}

/** What joins two pieces keeps the spaces at its ends. */
function spaced(words: string): string {
  const [before, after] = [/^\s/.test(words) ? ' ' : '', /\s$/.test(words) ? ' ' : ''];
  const inner = outside(words, longest);
  return inner === '' ? before : `${before}${inner}${after}`;
}

import { outsideText } from './outside-text.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Text from outside on one line of at most `limit` UTF-16 code units, cut between characters as people see them and
 * then ended by `…`. Empty when nothing is left. `length` weighs a piece that will be written longer than it is.
 */
export function shorten(
  text: string,
  limit: number,
  length: (piece: string) => number = (piece) => piece.length,
): string {
  // Where to cut is searched in no more than this, however long the text is.
  const searched = 4 * limit + 100;
  const line = outsideText(text.slice(0, searched), searched) ?? '';
  if (text.length <= searched && length(line) <= limit) return line;
  let kept = '';
  let spent = 1;
  for (const { segment } of graphemes.segment(line)) {
    spent += length(segment);
    if (spent > limit) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

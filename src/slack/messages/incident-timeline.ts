import type { KnownBlock, RichTextBlock } from '@slack/types';
import type { Story } from '../../domain/incidents/story.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { context, section } from './blocks.ts';
import { outside } from './escape.ts';
import { incidentHeading, sentences } from './incident-heading.ts';
import { renderStory } from './incident-story.ts';

/** Short of what Slack takes for all blocks of a message. */
const pieceLength = 9000;
/** A response address takes five messages. */
const mostPieces = 4;

type Message = { readonly text: string; readonly blocks: readonly KnownBlock[] };

/** With the story so far in the asker's own times: of the file those of one zone are in UTC's company. */
export function renderAttached(incident: Incident, story: Story): Message {
  const { text, blocks } = sentences(
    `The timeline of ${incidentHeading(incident)} is in the channel as a file. \`/incident timeline me\` shows it only to you.`,
  );
  return { text, blocks: [...blocks, ...renderStory(story)] };
}

/** Text as it is, to be copied: Markdown that a canvas and a wiki understand. `refused`: why Slack took no file. */
export function renderMarkdown(incident: Incident, markdown: string, refused: string | null): readonly Message[] {
  const pieces = piecesOf(markdown);
  const shown = pieces.slice(0, mostPieces);
  const why = refused === null ? '' : ` Slack took no file (${outside(refused, 60)}).`;
  const first = `*The timeline of* ${incidentHeading(incident)} *as Markdown.*${why} Paste it into a canvas or a document.`;
  return shown.map((piece, index) => {
    const isLast = index === shown.length - 1;
    const cut =
      isLast && pieces.length > shown.length
        ? [
            context(
              'The rest is too long for messages. `/incident timeline` in its channel attaches all of it as a file.',
            ),
          ]
        : [];
    const part = shown.length === 1 ? '' : ` Part ${index + 1} of ${shown.length}.`;
    return {
      text: index === 0 ? `${first}${part}` : part.trim(),
      blocks: [...(index === 0 ? [section(first)] : []), preformatted(piece), ...cut],
    };
  });
}

function preformatted(text: string): RichTextBlock {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  };
}

/** Whole lines. One that is longer than a piece is cut. */
function piecesOf(markdown: string): readonly string[] {
  const pieces: string[] = [];
  for (const line of markdown.toWellFormed().split('\n')) {
    const whole = line.length > pieceLength ? `${line.slice(0, pieceLength - 1).toWellFormed()}…` : line;
    const last = pieces.at(-1);
    if (last === undefined || last.length + whole.length + 1 > pieceLength) pieces.push(whole);
    else pieces[pieces.length - 1] = `${last}\n${whole}`;
  }
  return pieces.filter((piece) => piece.trim() !== '');
}

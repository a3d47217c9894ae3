import type { Sample } from './read.ts';

/** A page of Markdown with a row for each sample: what became of it, in kinds and counts, never in its own words. */
export function samplesPage(samples: readonly Sample[]): string {
  const rows = samples.map((sample) => [
    sample.source,
    `\`${sample.file}\``,
    sample.parsed.outcome,
    String(sample.changes.length),
    String(sample.incidents.length),
    whatOf(sample),
  ]);
  const head = ['source', 'file', 'outcome', 'changes', 'incidents', 'what, or why nothing'];
  return `${intro(samples)}\n${aligned([head, ...rows])}\n`;
}

function intro(samples: readonly Sample[]): string {
  const sources = new Set(samples.map(({ source }) => source)).size;
  return `# Samples of others

What becomes of ${samples.length} bodies that vendors document or other projects test with, of ${sources} sources. They are not part of
this repository; with a folder of them (\`<source>/<file>.json\`, or \`<file>.delivery.json\` with \`headers\` and \`body\`)
\`npm run -s samples -- <folder>\` writes this page. Headers that a published body lacks are added as its sender sets them
(test/samples/sender-headers.ts).
`;
}

function whatOf({ parsed, changes, incidents }: Sample): string {
  switch (parsed.outcome) {
    case 'ping':
      return 'a test call';
    case 'ignored':
      return escaped(parsed.reason);
    case 'malformed':
      return escaped(parsed.notWhatItSends ? `not what it sends: ${parsed.error}` : parsed.error);
    case 'events': {
      const kinds = changes.map((events) => {
        const kind = events.map(({ statement }) => statement.kind).find((each) => each !== undefined);
        const phases = new Set(events.map(({ statement }) => statement.phase));
        return `${kind ?? 'no kind'} ${[...phases].join(' and ')}`;
      });
      const states = incidents.map((signals) => `incident ${signals.at(-1)?.state ?? 'mentioned'}`);
      return escaped(counted([...kinds, ...states]));
    }
  }
}

/** `2 × deploy succeeded, incident open` */
function counted(words: readonly string[]): string {
  return [...new Set(words)]
    .map((word) => {
      const count = words.filter((each) => each === word).length;
      return count === 1 ? word : `${count} × ${word}`;
    })
    .join(', ');
}

function escaped(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}

function aligned([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

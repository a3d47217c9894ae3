import { outsideText } from '../../domain/outside-text.ts';
import { lookUp } from '../reading/look-up.ts';
import type { Entry } from './entry.ts';

/**
 * What was done, in LaunchDarkly's own words, for entries without versions: the lines of its description, the
 * instructions of a semantic patch, the title's verb, or the name of what roles may allow.
 */
export function wordsOf(entry: Entry, actions: readonly string[]): readonly string[] {
  const found = [
    linesOf(entry.description ?? entry.details?.plainText ?? ''),
    (entry.instructions ?? []).flatMap(({ kind }) => (kind === undefined ? [] : [spelt(kind)])),
    verbOf(entry.titleVerb),
    actions.map((action) => spelt(action)),
  ];
  return found.find((words) => words.length > 0) ?? [];
}

/** A description is a list in Markdown: `- Changed the name from ~~Test~~ to *Testing*`. */
function linesOf(markdown: string): readonly string[] {
  return markdown
    .slice(0, 20_000)
    .split(/\r?\n/)
    .map((line) =>
      line
        .replace(/^\s*[*+#>-]+\s+/, '')
        .replaceAll(/!?\[([^\]]{0,200})\]\([^)\s]{0,500}\)/g, '$1')
        .replaceAll(/~~|\*\*?|`+/g, ''),
    )
    .map((line) => lowerFirst(outsideText(line, 160)?.replace(/[.:]$/, '') ?? ''))
    .filter((line) => line !== '')
    .slice(0, 100);
}

function verbOf(verb: string | undefined): readonly string[] {
  const words = verb?.replace(/\s+(?:the|an?)\s+(?:flag|segment|environment|project|experiment|AI config)\b.*$/i, '');
  return words === undefined || words === '' ? [] : [words];
}

const spellings: Readonly<Record<string, string>> = {
  updateOn: 'turned on or off',
  turnFlagOn: 'turned on',
  turnFlagOff: 'turned off',
  updateFallthrough: 'default rule changed',
  updateFallthroughVariationOrRollout: 'default rule changed',
  updateGlobalArchived: 'archived or restored',
  archiveFlag: 'archived',
  restoreFlag: 'restored from the archive',
  createFlag: 'created',
  cloneFlag: 'created as a copy',
  deleteFlag: 'deleted',
  createSegment: 'created',
  deleteSegment: 'deleted',
};

/** `updateOffVariation` → `update off variation` */
function spelt(action: string): string {
  return lookUp(spellings, action) ?? action.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase();
}

function lowerFirst(line: string): string {
  return /^[A-Z][a-z]/.test(line) ? line.charAt(0).toLowerCase() + line.slice(1) : line;
}

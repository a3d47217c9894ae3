import { personName } from '../change-words.ts';
import type { Story, StoryLine } from '../incidents/story.ts';
import type { IncidentEntry } from '../incidents/incident.ts';
import { markdownText } from '../markdown.ts';
import { type Zone, clockOf, dayOf, localClockOf } from './moments.ts';
import { type NameOf, alertSentence, capital, changeSentence, entrySentence, whoSaid } from './sentences.ts';
import { fixesOf } from './overview.ts';

/** A table for each day, since what took days would not be told from what took hours. */
export function timelineOf(story: Story, zone: Zone, nameOf: NameOf): readonly string[] {
  const days = Map.groupBy(story.lines, ({ at }) => dayOf(at));
  const local = zone.title === null ? null : markdownText(zone.title);
  const head = ['UTC', ...(local === null ? [] : [local]), 'What', 'Who'];
  return [...days].flatMap(([day, lines], index) => [
    ...(index === 0 ? [] : ['']),
    `### ${day}`,
    '',
    `| ${head.join(' | ')} |`,
    `|${' :-- |'.repeat(head.length)}`,
    ...lines.map((line) => {
      const times = [clockOf(line.at), ...(local === null ? [] : [localClockOf(line.at, zone)])];
      return `| ${[...times, sentenceOf(line, story), whoIn(line, nameOf)].join(' | ')} |`;
    }),
  ]);
}

function sentenceOf(line: StoryLine, story: Story): string {
  switch (line.type) {
    case 'onset':
      return '**The fault began**';
    case 'entry':
      return capital(entrySentence(saidOnce(line.entry, story), line.change));
    case 'alert':
      return capital(alertSentence(line.alert, line.part));
    case 'change': {
      const words = changeSentence(line.change, story.asOf);
      if (line.change.id === story.cause?.id) return `**Cause:** ${words}`;
      return fixesOf(story).some(({ id }) => id === line.change.id) ? `**Fix:** ${words}` : capital(words);
    }
  }
}

/** Whoever names cause and fix while they resolve it says why once: it stands where it is resolved. */
function saidOnce(entry: IncidentEntry, { lines }: Story): IncidentEntry {
  const isSaidBelow = lines.some(
    (line) =>
      line.type === 'entry' &&
      line.entry.kind === 'resolved' &&
      line.entry.at.getTime() === entry.at.getTime() &&
      line.entry.saidBy === entry.saidBy &&
      line.entry.text === entry.text,
  );
  return entry.kind === 'verdict' && isSaidBelow ? { ...entry, text: '' } : entry;
}

function whoIn(line: StoryLine, nameOf: NameOf): string {
  switch (line.type) {
    case 'onset':
    case 'alert':
      return '';
    case 'entry':
      return markdownText(whoSaid(line.entry.saidBy, nameOf) ?? '');
    case 'change':
      return markdownText(personName(line.change.actor) ?? '');
  }
}

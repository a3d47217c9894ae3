import { countOf, serviceName } from '../../domain/change-words.ts';
import type { IncidentCard } from '../../incidents/card.ts';
import type { SlackMessage } from '../send.ts';
import { context, sections } from './blocks.ts';
import { bold } from './escape.ts';
import { sinceLine } from './incident-card-facts.ts';
import { drawn, written } from './voice.ts';

/** Characters of the whole message that Slack is sure to take, with room for what stands around the lines. */
const budget = 8000;

/** What the card counts, one by one, for its thread: the changes before it began, by service, the newest first. */
export function renderDetails({ incident, before, from, total, sinceTotal, totalIsFloor }: IncidentCard): SlackMessage {
  const voice = drawn(incident.startedAt);
  const headed = (at: string) => `Before it began, since ${at}:`;
  const shown = fitting(before.map((change) => ({ change, line: `•  ${sinceLine(change, voice)}` })));
  const groups = [...Map.groupBy(shown, ({ change }) => serviceName(change))].flatMap(([service, lines]) => [
    service === null ? '*No service named*' : bold(service, 120),
    ...lines.map(({ line }) => line),
  ]);
  // Of very many only the newest were read.
  const rest = shown.length < before.length ? Math.max(before.length, total - sinceTotal) - shown.length : 0;
  const floor = totalIsFloor ? 'at least ' : '';
  const more =
    rest === 0 ? [] : [context(`… and ${floor}${countOf(rest, 'earlier change')}: \`/since\` here lists them.`)];
  return {
    text: headed(written.at(from)),
    blocks: [...sections([headed(voice.at(from)), ...groups]), ...more],
  };
}

/** As many, from the first, as a message holds with their headings. */
function fitting<Told extends { readonly line: string }>(told: readonly Told[]): readonly Told[] {
  const heading = 130;
  let length = 0;
  const end = told.findIndex(({ line }) => (length += JSON.stringify(line).length + heading) > budget);
  return end === -1 ? told : told.slice(0, end);
}

import type { ActionsBlock, KnownBlock, SectionBlock } from '@slack/types';
import type { IncidentMeasures } from '../../domain/incidents/measures.ts';
import { type Incident, incidentReference } from '../../domain/incidents/incident.ts';
import { shorten } from '../../domain/shorten.ts';
import { formatDuration } from '../../domain/since/format.ts';
import type { IncidentCard } from '../../incidents/card.ts';
import type { SlackMessage } from '../send.ts';
import { button, context, section } from './blocks.ts';
import { bold, escaped } from './escape.ts';
import { ruledOutLine, serviceSection, sinceSection, stateLine } from './incident-card-facts.ts';
import { headLines, nameOf, stateMark } from './incident-card-head.ts';
import { suspectBlocks } from './incident-card-suspects.ts';
import { drawn, written } from './voice.ts';

/** Characters of the whole message that Slack is sure to take (src/slack/block-limits/whole.ts), with some to spare. */
const budget = 10_000;

/**
 * The one message of an incident. The same for the same card, at whatever time it is drawn: what has not changed need
 * not be edited.
 */
export function renderIncidentCard(card: IncidentCard): SlackMessage {
  const voice = drawn(card.incident.startedAt);
  const [wrong, suspect] = headLines(card, voice);
  const blocks: KnownBlock[] = [
    section(`${stateMark(card)} ${wrong}\n${suspect}`),
    ...measuresLine(card),
    ...suspectBlocks(card, voice),
    ...ruledOutLine(card, voice),
    ...sinceSection(card, voice),
    ...serviceSection(card, voice),
    ...stateLine(card, voice),
    ...servicesQuestion(card),
    buttons(card.incident),
  ];
  return { text: cardText(card), blocks: withinBudget(blocks) };
}

/**
 * In the channel where an incident had its card before it got another. `to`: where that is; null: people elsewhere may
 * not know, and then nothing else is said of it either.
 */
export function renderMovedCard(incident: Pick<Incident, 'id' | 'title'>, to: string | null): SlackMessage {
  const said =
    to === null
      ? `${escaped(incidentReference(incident))} is worked on in a private channel. This card is not kept up to date any more.`
      : `${bold(`${incidentReference(incident)} ${incident.title}`, 220)} · work goes on in <#${to}>, where its card is kept up to date.`;
  return { text: said, blocks: [section(`:arrow_right: ${said}`)] };
}

/** In the channel of an incident that turned out to be another. `into`: null where it may not be named. */
export function renderJoinedCard(
  incident: Pick<Incident, 'id'>,
  into: Pick<Incident, 'id' | 'title' | 'channel'> | null,
): SlackMessage {
  const reference = escaped(incidentReference(incident));
  const where = into === null || into.channel === null ? '' : `, in <#${into.channel.id}>`;
  const said =
    into === null
      ? `${reference} turned out to be one with another incident.`
      : `${reference} turned out to be one with ${bold(`${incidentReference(into)} ${into.title}`, 220)}. Work goes on there${where}.`;
  return { text: said, blocks: [section(`:arrow_right: ${said}`)] };
}

function cardText(card: IncidentCard): string {
  const [wrong, suspect] = headLines(card, written);
  const others = card.suspects.slice(1).map(({ change }) => nameOf(change, written));
  return [wrong, suspect, ...(others.length === 0 ? [] : [`Also possible: ${others.join(', ')}.`])].join('\n');
}

function measuresLine({ resolution }: IncidentCard) {
  if (resolution === null) return [];
  const words = measureWords(resolution.measures);
  return words === '' ? [] : [context(words)];
}

function measureWords({ toDetect, toMitigate, toResolve }: IncidentMeasures): string {
  const parts: readonly (readonly [string, number | null])[] = [
    ['Detected', toDetect],
    ['mitigated', toMitigate],
    ['resolved', toResolve],
  ];
  // How long it lasted stands in the first line already.
  if (toDetect === null && toMitigate === null) return '';
  const known = parts.flatMap(([word, length]) => (length === null ? [] : [`${word} after ${formatDuration(length)}`]));
  const said = known.join(', ');
  return said === '' ? '' : `${said[0]?.toUpperCase() ?? ''}${said.slice(1)}.`;
}

function servicesQuestion({ incident, choices }: IncidentCard): readonly SectionBlock[] {
  const options = choices.flatMap((name) => {
    const label = shorten(name, 75);
    if (label === '' || name.length > 150 || !name.isWellFormed()) return [];
    return [{ text: { type: 'plain_text' as const, text: label, emoji: false }, value: name }];
  });
  if (options.length === 0) return [];
  return [
    {
      ...section('*Which services are affected?*  I suspect changes of all of them until somebody says.'),
      // Its action has no value of its own to say which incident it is about.
      block_id: `incident_services:${incident.id}`,
      accessory: {
        type: 'multi_static_select',
        action_id: 'incident_services',
        placeholder: { type: 'plain_text', text: 'Choose services', emoji: false },
        options,
      },
    },
  ];
}

function buttons({ id, resolvedAt }: Incident): ActionsBlock {
  const resolve = { ...button('incident_resolve', { label: 'Resolve…', value: id }), style: 'primary' as const };
  return {
    type: 'actions',
    elements: [
      ...(resolvedAt === null ? [resolve] : []),
      button('incident_note', { label: 'Add note…', value: id }),
      button('incident_correct', { label: 'Correct…', value: id }),
    ],
  };
}

/** What is least needed goes first; nothing that is pressed does. */
function withinBudget(blocks: readonly KnownBlock[]): readonly KnownBlock[] {
  const kept = [...blocks];
  for (let at = kept.length - 1; at > 0 && lengthOf(kept) > budget; at -= 1) {
    const block = kept[at];
    if (block?.type === 'context' || (block?.type === 'section' && block.accessory === undefined && at > 1)) {
      kept.splice(at, 1);
    }
  }
  return kept;
}

function lengthOf(blocks: readonly KnownBlock[]): number {
  return JSON.stringify(blocks.filter(({ type }) => type !== 'actions')).length;
}

import type { KnownBlock } from '@slack/types';
import { context, section } from './blocks.ts';

/** In the order in which a person needs them. */
const commands: readonly (readonly [command: string, does: string])[] = [
  ['start Checkout errors', 'opens an incident'],
  ['note the pool is full, failing over', 'into its timeline; so does a 📌 on any message'],
  ['cause checkout 1.42.0: its retries', 'says which change did it and how you know; alone it lists the suspects'],
  ['mitigated', 'it hurts nobody any more, the cause is still there'],
  ['resolve', 'asks for the cause and closes it'],
  ['timeline', 'the post-mortem’s first draft as a file; `timeline me` only for you'],
];
const corrections: readonly (readonly [command: string, does: string])[] = [
  ['start-time 14:05', 'it began then, your time'],
  ['services checkout ledger', 'what is affected'],
  ['severity critical', 'or SEV1 to SEV4'],
  ['join INC-41', 'that one and this are the same'],
  ['part', 'lists the alerts, to part one that is another fault'],
];

export function renderIncidentHelp(): { text: string; blocks: KnownBlock[] } {
  const text = [...commands, ...corrections].map(
    ([command, does]) => `/incident ${command}: ${does.replaceAll('`', '')}`,
  );
  const drawn = (lines: typeof commands) =>
    lines.map(([command, does]) => `•  \`/incident ${command}\`  ${does}`).join('\n');
  return {
    text: ['In an incident’s channel, or naming it: /incident INC-42 resolve.', ...text].join('\n'),
    blocks: [
      section(
        '*Work on an incident.* In its own channel I know which one you mean; anywhere else I ask, with a button for each.',
      ),
      section(drawn(commands)),
      section(`*Put right what a rule got wrong*\n${drawn(corrections)}`),
      section(
        '`/incident` alone shows how it stands. `/since` in its channel shows what changed before it began, `/since catchup` how it stands in ten lines.',
      ),
      context('Only you see my answers. Others see what belongs to everybody: the card, and files that you attach.'),
    ],
  };
}

import type { KnownBlock } from '@slack/types';
import type { Pair } from '../../domain/comparison/difference.ts';
import type { Acceptance } from '../parity/port.ts';
import type { SlackMessage } from '../send.ts';
import { button, section } from './blocks.ts';
import { bold, outside } from './escape.ts';
import { sentences } from './incident-heading.ts';
import { written } from './voice.ts';

/** For everybody: what was accepted and, where it takes two, a button for the second. */
export function renderAcceptance(acceptance: Acceptance): SlackMessage {
  const { acceptedBy, confirmedBy, needsSecond, id } = acceptance;
  const waits = needsSecond && confirmedBy === null;
  const by = written.who(acceptedBy);
  const head = waits
    ? `:two: ${by} says that a difference is meant, and it takes a second person to confirm it: ${whatWords(acceptance)}`
    : `:white_check_mark: ${by} says that a difference is meant: ${whatWords(acceptance)}`;
  const second = confirmedBy === null ? [] : [`Confirmed by ${written.who(confirmedBy)}.`];
  const details = [...detailLines(acceptance), ...second];
  const ask = `Whoever agrees confirms it here, or with /parity confirm ${id}.`;
  const blocks: KnownBlock[] = [
    section([head, ...details].join('\n')),
    ...(waits
      ? [
          {
            type: 'actions' as const,
            elements: [{ ...button('parity_confirm', { label: 'Confirm', value: id }), style: 'primary' as const }],
          },
        ]
      : []),
  ];
  return { text: [head, ...details, ...(waits ? [ask] : [])].join('\n'), blocks };
}

/** For who accepted it. `asked`: in which channel the second person is asked; null: nowhere. */
export function acceptedWords(acceptance: Acceptance, asked: string | null): string {
  const what = whatWords(acceptance);
  if (!acceptance.needsSecond) return `*It is meant now*: ${what}\nIt counts as equal and alarms nobody.`;
  const where =
    asked === null
      ? `I could ask nobody in a channel. Have somebody else type \`/parity confirm ${acceptance.id}\`.`
      : `I have asked in <#${asked}>; \`/parity confirm ${acceptance.id}\` does it too.`;
  return `*It waits for a second person*: ${what}\n${where}`;
}

export function renderSamePerson({ id }: Acceptance): SlackMessage {
  return sentences(
    `*It takes somebody else.* You accepted this yourself, so another pair of eyes is wanted. Ask a colleague to press Confirm or to type \`/parity confirm ${id}\`.`,
  );
}

export function renderConfirmedBefore(acceptance: Acceptance): SlackMessage {
  const by = acceptance.confirmedBy === null ? '' : ` by ${written.who(acceptance.confirmedBy)}`;
  return sentences(`*It is confirmed already*${by}: ${whatWords(acceptance)}`);
}

export function renderNoAcceptance(): SlackMessage {
  return sentences(
    '*I know nothing to confirm of that number*: it may have been taken back. `/parity` shows how it stands.',
  );
}

export function renderConfirmed(acceptance: Acceptance): SlackMessage {
  return sentences(`*Confirmed*: ${whatWords(acceptance)}\nIt counts as equal and alarms nobody.`);
}

/** A line for whoever may be the second: who says it of what, why, and until when. */
export function acceptanceAsked(acceptance: Acceptance): string {
  const until = acceptance.expires === null ? '' : ` · until ${outside(acceptance.expires, 20)}`;
  const by = written.who(acceptance.acceptedBy);
  return `${by} says that ${whatWords(acceptance)} is meant: ${outside(acceptance.reason, 200)}${until}`;
}

const mostWaiting = 3;

/** What waits for a second person, for everybody who looks. */
export function waitingBlocks(waiting: readonly Acceptance[]): readonly KnownBlock[] {
  const rest = waiting.length - mostWaiting;
  return waiting.slice(0, mostWaiting).flatMap((acceptance, index) => [
    section(
      `:two: *It takes a second person*${index === mostWaiting - 1 && rest > 0 ? ` (and ${rest} more)` : ''}: ${acceptanceAsked(acceptance)}`,
    ),
    {
      type: 'actions',
      block_id: `parity-accept:${acceptance.id}`,
      elements: [{ ...button('parity_confirm', { label: 'Confirm', value: acceptance.id }), style: 'primary' }],
    },
  ]);
}

function whatWords({ key, service, facet, pair }: Acceptance): string {
  const where = service === null ? 'every service' : outside(service, 80);
  return `${bold(key, 250)} (${outside(facet, 40)}, ${where}), ${againstWords(pair)}`;
}

function againstWords({ reference, mirror }: Pair): string {
  return `${outside(mirror, 60)} against ${outside(reference, 60)}`;
}

function detailLines({ reason, impact, owner, expires }: Acceptance): readonly string[] {
  return [
    `Why: ${outside(reason, 600)}`,
    ...(impact === '' ? [] : [`Impact: ${outside(impact, 600)}`]),
    [
      `Until ${expires === null ? 'somebody takes it back' : outside(expires, 20)}`,
      ...(owner === null ? [] : [`owner ${outside(owner, 80)}`]),
    ].join(' · '),
  ];
}

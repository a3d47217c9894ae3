import type { Difference, Pair } from '../../domain/comparison/difference.ts';
import { closest } from '../../domain/since/closest.ts';
import type { SlackContext } from '../context.ts';
import { renderNotUnderstood } from '../messages/not-understood.ts';
import { sentences } from '../messages/incident-heading.ts';
import { renderAcceptModal } from '../modals/parity-accept.ts';
import { openModal } from '../open-modal.ts';
import type { SlackMessage } from '../send.ts';
import { type Differences, compareNow } from './find.ts';

export interface Where {
  readonly channelId: string;
  /** Opens a modal, for three seconds. */
  readonly triggerId: string;
}

/** Null: it is open. */
export async function openAcceptModal(
  context: SlackContext,
  viewedBy: string,
  where: Where,
  { pair, service, key }: { readonly pair: Pair; readonly service: string | null; readonly key: string | null },
): Promise<SlackMessage | null> {
  const report = await compareNow(context, viewedBy, pair, service);
  const acceptable = report.differences.filter(({ verdict }) => verdict !== 'intended' && verdict !== 'unknown');
  const named = key === null ? acceptable : called(key, acceptable);
  const [first, ...more] = named;
  if (first !== undefined)
    return openAcceptOf(context, where, { pair, differences: [first, ...more], given: key !== null });
  if (key === null || acceptable.length === 0) {
    return sentences('*There is nothing to accept*: nothing differs that is not meant already.');
  }
  const near = closest(
    key.toLowerCase(),
    acceptable.map((each) => each.key.toLowerCase()),
  );
  const meant = acceptable.find((each) => each.key.toLowerCase() === near) ?? acceptable[0];
  return renderNotUnderstood({
    read: key,
    problem: 'No difference has that key.',
    examples: [...(meant === undefined ? [] : [`/parity accept ${meant.key}`]), '/parity accept'],
  });
}

export function openAcceptOf(
  context: SlackContext,
  { channelId, triggerId }: Where,
  { pair, differences, given }: { readonly pair: Pair; readonly differences: Differences; readonly given: boolean },
): Promise<SlackMessage | null> {
  const [first] = differences;
  const highRisk = given && context.parity.isHighRisk(first, first.key);
  const view = renderAcceptModal({ pair, differences, given, highRisk, channelId, now: context.now() });
  return openModal(context, triggerId, view);
}

/** The key itself, whatever its case, else every key that holds it. */
function called(key: string, differences: readonly Difference[]): readonly Difference[] {
  const asked = key.toLowerCase();
  const exact = differences.filter((each) => each.key.toLowerCase() === asked);
  return exact.length > 0 ? exact : differences.filter((each) => each.key.toLowerCase().includes(asked));
}

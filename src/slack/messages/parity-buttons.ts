import type { ActionsBlock, Button, StaticSelect } from '@slack/types';
import { type Pair, type ParityReport, parityVerdicts } from '../../domain/comparison/difference.ts';
import type { DifferenceGroup } from '../../domain/parity/groups.ts';
import { verdictWords } from '../../domain/parity/words.ts';
import { shorten } from '../../domain/shorten.ts';
import { mostOptions, optionOf, plain } from '../modals/field.ts';
import { encodeParity } from '../parity/state.ts';
import { button } from './blocks.ts';

interface Choices {
  readonly groups: readonly DifferenceGroup[];
  /** Those that stand above already. */
  readonly shown: ReadonlySet<DifferenceGroup>;
  readonly services: readonly string[];
}

export const everyService = '*';

/** One button for each list that is not shown whole, and the services to look at alone. */
export function parityButtons(report: ParityReport, { groups, shown, services }: Choices): readonly ActionsBlock[] {
  const { pair, service, counts } = report;
  const lists = parityVerdicts.flatMap((verdict): Button[] => {
    const isWhole = groups.every((group) => group.verdict !== verdict || shown.has(group));
    const value = encodeParity({ pair, service, verdict, offset: 0 });
    if (counts[verdict] === 0 || isWhole || value === null) return [];
    const words = verdictWords(verdict, pair);
    const label = shorten(
      `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${counts[verdict].toLocaleString('en')}`,
      75,
    );
    return [button(`parity_list_${verdict}`, { label, value })];
  });
  const menu = serviceMenu(report, services);
  return [
    ...(lists.length === 0 ? [] : [{ type: 'actions' as const, elements: lists }]),
    ...(menu === null ? [] : [menu]),
  ];
}

/** To come back to the first answer. */
export function overviewButton(value: string): Button {
  return button('parity_overview', { label: 'Overview', value });
}

/** Opens the answer of /parity, for who presses. */
export function showButton(pair: Pair): Button | null {
  const value = encodeParity({ pair, service: null, verdict: null, offset: 0 });
  return value === null ? null : button('parity_show', { label: 'Show me', value });
}

/** Those with differences first, the most first. */
function serviceMenu({ pair, service, differences }: ParityReport, services: readonly string[]): ActionsBlock | null {
  const state = encodeParity({ pair, service: null, verdict: null, offset: 0 });
  const block = `parity_service:${state ?? ''}`;
  if (state === null || block.length > 255) return null;
  const counts = new Map<string, number>();
  for (const { service: name, verdict } of differences) {
    if (name !== null && (verdict === 'unexplained' || verdict === 'forbidden-equality')) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const names = [...new Set([...differences.flatMap((each) => each.service ?? []), ...services])].toSorted(
    (a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  const options = names
    .flatMap((name) => {
      const count = counts.get(name) ?? 0;
      return optionOf(name, name, count === 0 ? '' : `${count.toLocaleString('en')} to look at`) ?? [];
    })
    .slice(0, mostOptions - 1);
  if (options.length === 0) return null;
  const all = optionOf('All services', everyService);
  const initial = options.find(({ value }) => value === service);
  const select: StaticSelect = {
    type: 'static_select',
    action_id: 'parity_service',
    placeholder: plain('One service'),
    options: [...(all === null || service === null ? [] : [all]), ...options],
    ...(initial === undefined ? {} : { initial_option: initial }),
  };
  return { type: 'actions', block_id: block, elements: [select] };
}

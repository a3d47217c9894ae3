import type { ActionsBlock, Button } from '@slack/types';
import type { Answer } from '../../domain/answer.ts';
import { kindNoun } from '../../domain/change-words.ts';
import { type Kind, kinds } from '../../domain/change.ts';
import { shorten } from '../../domain/shorten.ts';
import { encodeButton } from '../answer-state.ts';
import { button } from './blocks.ts';

const day = 86_400_000;
/** Narrowing pays only where there is something to leave out. */
const manyChanges = 4;

export interface ButtonOptions {
  /** The question as `encodeState` gives it; null: it does not fit into a button. */
  readonly state: string | null;
  readonly shareable: boolean;
}

/** What one may want next, likeliest first. */
export function answerButtons(answer: Answer, { state, shareable }: ButtonOptions): readonly ActionsBlock[] {
  if (state === null) return [];
  const { window, elsewhere, next } = answer;
  const make = (action: string, label: string, choice: string | null = null): readonly Button[] => {
    // A name that cannot be shown cannot be chosen, and half a character does not come back as it was.
    if (choice !== null && (shorten(choice, 75) === '' || !choice.isWellFormed())) return [];
    const value = encodeButton(state, choice);
    return value === null ? [] : [button(action, { label: shorten(label, 75), value })];
  };
  const service = serviceToChoose(answer);
  const kind = kindToChoose(answer);
  const environment = environmentToChoose(answer);
  const elements = [
    ...(next === null ? [] : make('since_next', 'Show older', next)),
    ...(elsewhere > 0 ? make('since_show_elsewhere', `Show the ${elsewhere.toLocaleString('en')} elsewhere`) : []),
    ...(service === null ? [] : make('since_filter_service', `Only ${service}`, service)),
    ...(kind === null ? [] : make('since_filter_kind', `Only ${kindNoun(kind, 2)}`, kind)),
    ...(environment === null ? [] : make('since_filter_environment', `Only ${environment}`, environment)),
    ...(window.to.getTime() - window.from.getTime() < day ? make('since_widen', 'Widen to 24 h') : []),
    ...(shareable ? make('since_share', 'Share in channel') : []),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

/** The one to look at first, among several. */
function serviceToChoose({ filters, byService, suspects, total }: Answer): string | null {
  const names = byService.flatMap(({ service }) => service ?? []);
  if (filters.services.length === 1 || names.length < 2 || total < manyChanges) return null;
  return suspects[0]?.change.service ?? names[0] ?? null;
}

function kindToChoose({ filters, byService, total }: Answer): Kind | null {
  const found = kinds.filter((kind) => byService.some((service) => (service.kinds[kind] ?? 0) > 0));
  return filters.kinds.length > 0 || found.length < 2 || total < manyChanges ? null : (found[0] ?? null);
}

function environmentToChoose({ filters, changes }: Answer): string | null {
  if (filters.environment !== null) return null;
  const named = Map.groupBy(changes, ({ environment }) => environment);
  const [most] = [...named].filter(([name]) => name !== null).toSorted(([, a], [, b]) => b.length - a.length);
  return named.size < 2 ? null : (most?.[0] ?? null);
}

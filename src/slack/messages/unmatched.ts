import type { ActionsBlock, Button, ExternalSelect, KnownBlock, PlainTextOption, StaticSelect } from '@slack/types';
import type { Alias, Nameable } from '../../domain/alias.ts';
import { countOf } from '../../domain/change-words.ts';
import { shorten } from '../../domain/shorten.ts';
import { sourceTitle } from '../../domain/source-title.ts';
import type { Added } from '../../timeline/aliases.ts';
import type { Unmatched, UnmatchedName, UnmatchedNames } from '../../timeline/unmatched-names.ts';
import { nameBlockId } from '../home-choice.ts';
import { button, context, section } from './blocks.ts';
import { bold, escaped, outside } from './escape.ts';
import { readerTime } from './time.ts';

/** More are for `sincewhen doctor`: the Home tab is for what changed. */
const mostNames: Readonly<Record<Nameable, number>> = { service: 8, environment: 4 };
const mostSources = 4;
/** A menu that has more is asked for its options while somebody types. */
export const mostOptions = 100;
const longestLabel = 75;
const longestValue = 150;

/** For administrators: names that match nothing, each with what it may be. */
export function renderUnmatched({ service, environment }: UnmatchedNames, now: Date): readonly KnownBlock[] {
  const listed = [
    ...service.names.slice(0, mostNames.service).map((name) => nameBlocks(name, service, now)),
    ...environment.names.slice(0, mostNames.environment).map((name) => nameBlocks(name, environment, now)),
  ];
  const nothingKnown =
    service.known.length > 0
      ? []
      : [context('The settings name no services, so every service has the name that its sources give it.')];
  if (listed.length === 0) return nothingKnown.length === 0 ? [] : [{ type: 'divider' }, ...nothingKnown];
  const all = service.names.length + service.more + environment.names.length + environment.more;
  const hidden = all - listed.length;
  return [
    { type: 'divider' },
    { type: 'header', text: { type: 'plain_text', text: 'Names that match nothing', emoji: false } },
    context(
      'Only administrators see this. Say what each is, and its changes are shown under that name, also earlier ones.',
    ),
    ...listed.flat(),
    ...(hidden === 0 ? [] : [context(`${countOf(hidden, 'more name')}: \`sincewhen doctor\` lists them.`)]),
    ...nothingKnown,
  ];
}

function nameBlocks(
  { what, name, changes, lastSeen, sources, suggestion }: UnmatchedName,
  { known }: Unmatched,
  now: Date,
): readonly KnownBlock[] {
  const told = sources.slice(0, mostSources).map(sourceTitle);
  const rest = sources.length > mostSources ? [`${sources.length - mostSources} more`] : [];
  const by = outside([...told, ...rest].join(', '), 200);
  const seen = `${what} · ${countOf(changes, 'change')}, last ${readerTime(lastSeen, now)} · told by ${by}`;
  const actions: ActionsBlock = {
    type: 'actions',
    block_id: nameBlockId(what, name),
    elements: [
      ...(suggestion === null ? [] : [choiceButton('names_suggested', `This is ${suggestion}`, suggestion)]),
      menu(what, known),
      choiceButton('names_own', `${what === 'service' ? 'A service' : 'An environment'} of its own`, name),
    ],
  };
  return [section(`${bold(name, 250)}  ${seen}`), actions];
}

function choiceButton(action: string, label: string, value: string): Button {
  return button(action, { label: shorten(label, longestLabel), value });
}

function menu(what: Nameable, known: readonly string[]): StaticSelect | ExternalSelect {
  const placeholder = { type: 'plain_text', text: 'This is…', emoji: false } as const;
  const options = known.flatMap(optionOf);
  if (options.length > 0 && options.length <= mostOptions) {
    return { type: 'static_select', action_id: 'names_chosen', placeholder, options: [...options] };
  }
  const typed = { type: 'plain_text', text: `Type a name of the ${what}…`, emoji: false } as const;
  return { type: 'external_select', action_id: 'names_chosen', placeholder: typed, min_query_length: 1 };
}

/** None for a name that a menu cannot hold: `sincewhen alias` takes it. */
export function optionOf(name: string): readonly PlainTextOption[] {
  const label = shorten(name, longestLabel);
  if (label === '' || name.length > longestValue) return [];
  return [{ text: { type: 'plain_text', text: label, emoji: false }, value: name }];
}

/** What came of what somebody said about a name; while it can be taken back, with the button for it. */
export function renderSaid(said: Added): readonly KnownBlock[] {
  switch (said.outcome) {
    case 'added': {
      const { what, alias, name } = said.alias;
      const now = `${words(said.alias)} from now on.`;
      const before = alias === name ? '' : ' What was recorded before is being renamed.';
      const undo = button('names_undo', { label: 'Undo', value: name });
      return [{ ...section(`${now}${before}`), block_id: nameBlockId(what, alias), accessory: undo }, divider];
    }
    case 'unchanged':
      return [section(`${words(said.alias)} already.`), divider];
    case 'taken':
      return [
        section(`${words(said.alias)} already: ${who(said.by)} said so. \`sincewhen alias\` changes it.`),
        divider,
      ];
    case 'refused':
      return [section(outside(said.why, 600)), divider];
  }
}

/** What came of taking back what was said. Null: it no longer stood. */
export function renderTakenBack(removed: Alias | null): readonly KnownBlock[] {
  if (removed === null) return [section('Somebody has changed that meanwhile, so nothing was undone.'), divider];
  const { alias, name } = removed;
  const undone =
    alias === name
      ? `${bold(alias, 250)} is in the list again.`
      : `${bold(alias, 250)} is no longer ${bold(name, 250)}.`;
  return [section(`Undone: ${undone}`), divider];
}

export const onlyAdministrators: readonly KnownBlock[] = [
  section(
    '*Only administrators of this workspace say which names mean the same.*\nNothing was changed. Ask one of them, or whoever runs Sincewhen here.',
  ),
  { type: 'divider' },
];

const divider = { type: 'divider' } as const;

function words({ what, alias, name }: Alias): string {
  if (alias !== name) return `${bold(alias, 250)} is ${bold(name, 250)}`;
  return `${bold(alias, 250)} is ${what === 'service' ? 'a service' : 'an environment'} of its own`;
}

function who(by: string): string {
  return /^[UW][A-Z0-9]+$/.test(by) ? `<@${escaped(by)}>` : 'somebody at the command line';
}

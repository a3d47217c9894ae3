import type { Button, KnownBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import { shorten } from '../../domain/shorten.ts';
import type { Conflict, Conflicts, Decided } from '../../people/conflicts.ts';
import { conflictBlockId, nobody } from '../conflict-choice.ts';
import { button, context, section } from './blocks.ts';
import { bold, escaped } from './escape.ts';
import { readerTime } from './time.ts';

const mostPeople = 4;
const divider = { type: 'divider' } as const;

/** For administrators: identities that several people say are theirs. `nameOf`: what Slack calls a member. */
export function renderConflicts(
  { shown, more }: Conflicts,
  nameOf: (slackId: string) => string,
  now: Date,
): readonly KnownBlock[] {
  if (shown.length === 0) return [];
  return [
    divider,
    { type: 'header', text: { type: 'plain_text', text: 'Who is this?', emoji: false } },
    context(
      'Only administrators see this. Several people say that one name is theirs; the first has it until you decide.',
    ),
    ...shown.flatMap((conflict) => conflictBlocks(conflict, nameOf, now)),
    ...(more === 0 ? [] : [context(`${countOf(more, 'more name')}, shown when these are decided.`)]),
  ];
}

function conflictBlocks(
  { identity, kind, people, since }: Conflict,
  nameOf: (slackId: string) => string,
  now: Date,
): readonly KnownBlock[] {
  const [holder = '', ...claimants] = people;
  const others = claimants.slice(0, mostPeople - 1).map((each) => `<@${escaped(each)}>`);
  const words = `${bold(identity, 300)}  ${kind} · <@${escaped(holder)}> has it, ${others.join(', ')} said ${readerTime(since, now)} that it is theirs`;
  return [
    section(words),
    {
      type: 'actions',
      block_id: conflictBlockId(identity),
      elements: [
        ...people.slice(0, mostPeople).map((each, index) => choice(index, `It is ${nameOf(each)}`, each)),
        choice(mostPeople, 'None of them', nobody),
      ],
    },
  ];
}

/** Ids of actions must differ within a block. */
function choice(index: number, label: string, value: string): Button {
  return button(`people_decide_${index}`, { label: shorten(label, 75), value });
}

export const decideActions: readonly string[] = Array.from(
  { length: mostPeople + 1 },
  (_, index) => `people_decide_${index}`,
);

/** What came of what an administrator decided. */
export function renderDecided(decided: Decided, identity: string, slackId: string | null): readonly KnownBlock[] {
  const name = bold(identity, 300);
  switch (decided) {
    case 'decided':
      return [
        section(
          slackId === null ? `${name} is nobody here from now on.` : `${name} is <@${escaped(slackId)}> from now on.`,
        ),
        divider,
      ];
    case 'gone':
      return [
        section(`Somebody has decided or taken that back meanwhile: nothing was changed about ${name}.`),
        divider,
      ];
    case 'left':
      return [
        section(`They are no full member of this workspace any more: nothing was changed about ${name}.`),
        divider,
      ];
  }
}

export const onlyAdministratorsDecide: readonly KnownBlock[] = [
  section('*Only administrators of this workspace decide who is who.*\nNothing was changed.'),
  divider,
];

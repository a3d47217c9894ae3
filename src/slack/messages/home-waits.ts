import type { ActionsBlock, Button, KnownBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import type { NagView } from '../../domain/nags/nag.ts';
import { type Person, isSame } from '../../domain/people/person.ts';
import type { Acceptance } from '../parity/port.ts';
import { button, context, section } from './blocks.ts';
import { header } from './home-header.ts';
import { nagLine } from './nag-line.ts';
import { freeSnoozes } from './nag-buttons.ts';
import { isWaiting } from './nag-state.ts';
import { acceptanceAsked } from './parity-accepted.ts';
import { dated } from './voice.ts';

export const mostBackports = 4;
export const mostAcceptances = 3;
/** Slack's limit for the address of a button. */
const longestUrl = 3000;

export interface Waiting {
  /** A few of them; `total` says how many are theirs. */
  readonly backports: readonly NagView[];
  readonly total: number;
  readonly acceptances: readonly Acceptance[];
}

/** What waits for who looks at it, each with what can be done at once. Nothing where nothing does. */
export function renderWaiting(waiting: Waiting | null, { id }: { readonly id: string }): readonly KnownBlock[] {
  const title = header('Waits for you');
  if (waiting === null) return [title, context('I could not look what waits for you: `/backports mine` lists it.')];
  const { backports, total, acceptances } = waiting;
  const shown = backports.slice(0, mostBackports);
  const asked = acceptances.slice(0, mostAcceptances);
  if (shown.length === 0 && asked.length === 0) return [];
  const more = [
    ...(total > shown.length ? [`${countOf(total - shown.length, 'more backport')}: \`/backports mine\``] : []),
    ...(acceptances.length > asked.length ? ['more differences that somebody says are meant: `/parity`'] : []),
  ];
  return [
    title,
    ...shown.flatMap((view) => [section(`•  ${nagLine(toYou(view, id), dated)}`), ...backportButtons(view, id)]),
    ...asked.flatMap((acceptance) => [
      section(`•  ${acceptanceAsked(acceptance)}`),
      actions(`home-accept:${acceptance.id}`, [
        { ...button('home_confirm', { label: 'Confirm', value: acceptance.id }), style: 'primary' },
      ]),
    ]),
    ...(more.length === 0 ? [] : [context(`And ${more.join(', and ')}.`)]),
  ];
}

/** The likeliest that they can do at once; the rest is where the backport is told of. */
function backportButtons(view: NagView, slackId: string): readonly ActionsBlock[] {
  if (!isWaiting(view)) return [];
  const { backport, pull, actor } = view;
  const { id, fact, repository, commits, snoozed, snoozes, state } = backport;
  const press = (action: string, label: string) => button(`home_backport_${action}`, { label, value: id });
  const elements: Button[] = [];
  const isSecond = actor.task === 'second' && actor.person?.slackId === slackId;
  if (isSecond) elements.push({ ...press('second', 'Confirm that it need not come'), style: 'primary' });
  const started = pull !== null && pull.state !== 'failed' && pull.state !== 'closed';
  const url = pull?.url ?? null;
  if (started && url !== null && url.length <= longestUrl && /^https?:\/\//.test(url)) {
    const label = pull.number === null ? 'Open' : `Open PR #${pull.number}`;
    elements.push({ ...button('backport_pull', { label, value: id }), url });
  } else if (!started && fact === null && repository !== null && commits.length > 0) {
    elements.push(press('open', 'Open backport PR'));
  }
  // Beyond these a reason is wanted, for which its own message asks.
  if (snoozed === null && snoozes < freeSnoozes) elements.push(press('snooze', 'Snooze for 1 day'));
  // A button that was pressed stays as it is until its block is another one.
  return elements.length === 0 ? [] : [actions(`home-backport:${id}:${state}:${snoozes}`, elements)];
}

function actions(blockId: string, elements: readonly Button[]): ActionsBlock {
  return { type: 'actions', block_id: blockId, elements: [...elements] };
}

/** Whoever reads it is called by no name. */
function toYou(view: NagView, slackId: string): NagView {
  const you = (person: Person | null) => (isSame(person, { slackId, name: '' }) ? { slackId, name: 'you' } : person);
  return { ...view, owner: you(view.owner), actor: { ...view.actor, person: you(view.actor.person) } };
}

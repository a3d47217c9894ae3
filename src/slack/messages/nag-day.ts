import type { KnownBlock } from '@slack/types';
import type { DayCard, NagView } from '../../domain/nags/nag.ts';
import { type Person, isSame } from '../../domain/people/person.ts';
import type { SlackMessage } from '../send.ts';
import { context, section, sections } from './blocks.ts';
import { countOf } from '../../domain/change-words.ts';
import { bold, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { nagButtons } from './nag-buttons.ts';
import { nagLine } from './nag-line.ts';
import { isOver, isWaiting } from './nag-state.ts';
import { nextWords, workLines } from './nag-work.ts';
import { dated, written } from './voice.ts';

/** With buttons; the others have a line each. */
const mostWhole = 4;
const mostLines = 10;
const longestText = 3500;

/** All that one person is asked for on one day, in one direct message. */
export function renderNagDay({ person, views, total, asLead }: DayCard): SlackMessage {
  const mine = views.map((view) => toYou(view, person)).toSorted((a, b) => Number(isSettled(a)) - Number(isSettled(b)));
  const head = headOf(mine, { others: total - views.length, asLead });
  const whole = mine.slice(0, mostWhole);
  const lines = mine.slice(mostWhole, mostWhole + mostLines);
  const rest = Math.max(total, mine.length) - whole.length - lines.length;
  const led = (view: NagView) => (asLead.has(view.backport.id) && !isSettled(view) ? leadWords(view) : '');
  const more = rest === 0 ? [] : [`and ${rest.toLocaleString('en')} more: /backports mine`];
  const blocks: KnownBlock[] = [
    section(bold(head, 300)),
    ...whole.flatMap((view) => [
      ...sections([`${markOf(view)}${nagLine(view, dated)}${led(view)}`, ...conflictLines(view)]),
      ...nagButtons(view),
      ...(isWaiting(view) ? [context(whyAndNext(view))] : []),
    ]),
    ...sections([...lines.map((view) => `${markOf(view) || '•  '}${nagLine(view, dated)}${led(view)}`), ...more]),
    context('I write to you once a day at most, and in your working hours. `/backports mine` lists all of yours.'),
  ];
  const text = [
    outside(head, 300),
    ...[...whole, ...lines].map((view) => `- ${nagLine(view, written)}${led(view)}`),
    ...more,
    'To act: the buttons of this message, or /backports mine.',
  ];
  return { text: fitting(text, longestText), blocks };
}

interface Besides extends Pick<DayCard, 'asLead'> {
  /** How many there are besides. */
  readonly others: number;
}

/** Of some, somebody else is to do something by now, or nobody. */
function headOf(views: readonly NagView[], { others, asLead }: Besides): string {
  const waiting = views.filter(
    (view) =>
      (isWaiting(view) || view.backport.state === 'landed') &&
      view.backport.snoozed === null &&
      (view.actor.person?.name === 'you' || asLead.has(view.backport.id)),
  );
  const done = views.filter(isOver).length;
  const also = done === 0 ? '' : ` ${countOf(done, 'is', 'are')} done.`;
  const count = waiting.length + Math.max(others, 0);
  if (count === 0) return 'Nothing of this waits for you any more.';
  const places = [...new Set(waiting.map(({ backport: { mirror } }) => mirror))];
  const where = places.length === 1 ? ` to ${places[0]}` : '';
  return count === 1
    ? `One fix has not come home${where}, and you can move it.${also}`
    : `${count.toLocaleString('en')} fixes have not come home${where}, and you can move them.${also}`;
}

function isSettled(view: NagView): boolean {
  return isOver(view) || view.backport.state === 'waived';
}

/** Words say the same. */
function markOf(view: NagView): string {
  return isOver(view) ? ':white_check_mark: ' : '';
}

/** What the line has no room for: why something does not go. */
function conflictLines(view: NagView): readonly string[] {
  const { pull, pick, byHand } = view;
  const conflicts = pull === null && pick?.outcome === 'conflicts';
  return isWaiting(view) && (conflicts || pull?.state === 'failed' || byHand !== null) ? workLines(view) : [];
}

function whyAndNext(view: NagView): string {
  const why = outside(view.backport.why, 300);
  return `${why === '' ? '' : `Why I think so: it ${why}. `}${nextWords(view, dated)}`;
}

function leadWords({ backport, actor }: NagView): string {
  const who = actor.person?.name ?? null;
  const asked = who === null || who === 'you' ? '' : `, and ${outside(who, 60)} was asked before`;
  return ` · you hear of it as you lead ${outside(backport.service ?? 'the team', 60)}${asked}`;
}

/** Whoever reads it is called by no name. */
function toYou(view: NagView, { slackId, name }: Person): NagView {
  const you = (person: Person | null) => (isSame(person, { slackId, name }) ? { slackId, name: 'you' } : person);
  const { next, actor } = view;
  return {
    ...view,
    owner: you(view.owner),
    actor: { ...actor, person: you(actor.person) },
    next: next === null ? null : { ...next, person: you(next.person) },
  };
}

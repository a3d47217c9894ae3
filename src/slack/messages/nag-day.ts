import type { KnownBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import type { NagView, Person } from '../../domain/nags/nag.ts';
import type { SlackMessage } from '../send.ts';
import { context, section, sections } from './blocks.ts';
import { bold, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { nagButtons } from './nag-buttons.ts';
import { nagLine } from './nag-line.ts';
import { isWaiting } from './nag-state.ts';
import { workLines } from './nag-work.ts';
import { dated, written } from './voice.ts';

/** With buttons; the others have a line each. */
const mostWhole = 4;
const mostLines = 10;
const longestText = 3500;

/** All that one person is asked for on one day, in one direct message. */
export function renderNagDay(person: Person, views: readonly NagView[]): SlackMessage {
  const mine = views.map((view) => toYou(view, person));
  const head = headOf(mine);
  const whole = mine.slice(0, mostWhole);
  const lines = mine.slice(mostWhole, mostWhole + mostLines);
  const rest = mine.length - whole.length - lines.length;
  const more = rest === 0 ? [] : [`and ${countOf(rest, 'more')}: /backports mine`];
  const blocks: KnownBlock[] = [
    section(bold(head, 300)),
    ...whole.flatMap((view) => [
      ...sections([nagLine(view, dated), ...(isWaiting(view) ? workLines(view) : [])]),
      ...nagButtons(view),
    ]),
    ...sections([...lines.map((view) => `•  ${nagLine(view, dated)}`), ...more]),
    context('I write to you once a day at most, and in your working hours. `/backports mine` lists all of yours.'),
  ];
  const text = [
    outside(head, 300),
    ...[...whole, ...lines].map((view) => `- ${nagLine(view, written)}`),
    ...more,
    'What is so can be said here, or with /backports mine.',
  ];
  return { text: fitting(text, longestText), blocks };
}

function headOf(views: readonly NagView[]): string {
  const waiting = views.filter((view) => isWaiting(view) || view.backport.state === 'landed');
  if (waiting.length === 0) return 'Nothing of this waits for you any more.';
  const places = [...new Set(waiting.map(({ backport: { mirror } }) => mirror))];
  const where = places.length === 1 ? ` to ${places[0]}` : '';
  return waiting.length === 1
    ? `One fix has not come home${where}, and you can move it.`
    : `${waiting.length} fixes have not come home${where}, and you can move them.`;
}

/** Whoever reads it is called by no name. */
export function toYou(view: NagView, { slackId, name }: Person): NagView {
  const you = (person: Person | null): Person | null =>
    person !== null && (slackId === null ? person.name === name : person.slackId === slackId)
      ? { slackId, name: 'you' }
      : person;
  const { next, actor } = view;
  return {
    ...view,
    owner: you(view.owner),
    actor: { ...actor, person: you(actor.person) },
    next: next === null ? null : { ...next, person: you(next.person) },
  };
}

import type { KnownBlock } from '@slack/types';
import { changeName, personName, tookEffect } from '../../domain/change-words.ts';
import { type Frozen, frozenCourse, isAskedWhy } from '../../domain/frozen.ts';
import type { SlackMessage } from '../send.ts';
import { button, section } from './blocks.ts';
import { link, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { type Voice, drawn, written } from './voice.ts';

export const reasonAction = 'freeze_reason';
const longestText = 3500;
const longestList = 2900;
const longestReason = 1200;

/** The one message of a deploy in a freeze or outside the release window: asks why, and then says why. */
export function renderFreeze(frozen: Frozen, changeId: string): SlackMessage {
  const voice = drawn(frozen.foundAt);
  const blocks: KnownBlock[] = [section(fitting(lines(frozen, voice), longestList))];
  if (isAskedWhy(frozen)) {
    const give = button(reasonAction, { label: 'Give the reason', value: changeId });
    blocks.push({ type: 'actions', elements: [give] });
  }
  return { text: fitting(lines(frozen, written), longestText), blocks };
}

/** What a deploy did, and when: `checkout 1.42.0 went out during the freeze black-friday (grace).` */
export function freezeHeadline(frozen: Frozen, voice: Voice): string {
  const { deploy, freeze } = frozen;
  const who = personName(deploy.actor);
  const when = freeze === null ? 'outside the release window' : `during ${outside(freeze, 230)}`;
  return `${voice.strong(changeName(deploy), 200)} ${verbOf(frozen)} ${when}${who === null ? '' : ` (${outside(who, 60)})`}.`;
}

function verbOf(frozen: Frozen): string {
  switch (frozenCourse(frozen)) {
    case 'under-way':
      return 'is going out';
    case 'out':
      return 'went out';
    case 'back':
      return 'went back';
    case 'averted':
      return 'was to go out';
  }
}

function lines(frozen: Frozen, voice: Voice): readonly string[] {
  const { deploy, given } = frozen;
  const place = [
    ...(deploy.environment === null ? [] : [outside(deploy.environment, 60)]),
    voice.at(deploy.occurredAt),
    ...(voice === written ? [] : [link(deploy.runUrl, 'run') ?? link(deploy.url, 'open')]),
  ].filter((part) => part !== null);
  const why = isAskedWhy(frozen) ? ' Why?' : '';
  const head = `${freezeHeadline(frozen, voice)}${why}`;
  return [
    voice === written ? head : `:snowflake: ${head}`,
    place.join(' · '),
    ...courseLine(frozen, voice),
    ...(given === null ? [] : [`Why: ${outside(given.reason, longestReason)} · ${saidBy(given, voice)}`]),
  ];
}

/** Whoever comes second is told what the first has said. */
export function givenWords({ given, foundAt }: Frozen): string {
  if (given === null) return '*Nobody has said why.*';
  return `*The reason is given already*, and stands: ${outside(given.reason, longestReason)} · ${saidBy(given, drawn(foundAt))}`;
}

function saidBy({ by, at, beforehand }: NonNullable<Frozen['given']>, voice: Voice): string {
  return `${outside(by, 60)}${beforehand ? ' beforehand' : ''}, ${voice.at(at)}`;
}

function courseLine(frozen: Frozen, voice: Voice): readonly string[] {
  const { deploy } = frozen;
  switch (frozenCourse(frozen)) {
    case 'averted':
      return [`It ${deploy.status === 'failed' ? 'failed' : 'was stopped'}, ${voice.at(tookEffect(deploy))}.`];
    case 'back':
      return ['It is a rollback, which may be made at any time.'];
    case 'under-way':
    case 'out':
      return [];
  }
}

import type { KnownBlock } from '@slack/types';
import { changeCourse, changeStep, isDeploy, kindNoun, serviceName } from '../../domain/change-words.ts';
import type { Change, Status } from '../../domain/change.ts';
import type { Subscription } from '../../subscriptions/subscription-rows.ts';
import type { SlackMessage } from '../send.ts';
import { section } from './blocks.ts';
import { carriedWords } from './carried.ts';
import { byWhom, changeHeading, linksOf, receivedWords } from './change-line.ts';
import { outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { sentences } from './incident-heading.ts';
import { footOf } from './subscription-foot.ts';
import { type Voice, drawn, written } from './voice.ts';

export interface SubscribedChange {
  readonly change: Change;
  readonly subscription: Subscription;
  /** Another message tells it: this one was told before it was known that they are one. */
  readonly toldElsewhere: boolean;
}

const longestList = 2900;
const longestText = 1500;

/** One change, edited in place as it goes. It reads the same at whatever time it is drawn. */
export function renderSubscribedChange({ change, subscription, toldElsewhere }: SubscribedChange): SlackMessage {
  const text = fitting(
    [headline(change, written), facts(change, written)].filter((line) => line !== ''),
    longestText,
  );
  if (toldElsewhere) {
    const words = `${nounOf(change)} ${changeHeading(change)} turned out to be one with another message here, which tells how it goes.`;
    return { text: words.replaceAll('*', ''), blocks: [section(words), ...footOf(subscription)] };
  }
  const voice = drawn(change.occurredAt);
  const carried = carriedWords(change, { most: 2 });
  const lines = [
    `${markOf(change.status)}${headline(change, voice)}`,
    facts(change, voice),
    ...(carried === null ? [] : [`↳ ${carried}`]),
  ].filter((line) => line !== '');
  const blocks: KnownBlock[] = [section(fitting(lines, longestList)), ...footOf(subscription)];
  return { text, blocks };
}

/** In its thread and to the channel: an edit calls nobody. */
export function renderFailure(change: Change): SlackMessage {
  const voice = drawn(change.occurredAt);
  if (change.status === 'failed') {
    const links = linksOf(change);
    const said = sentences(
      `:x: ${headline(change, voice)} *${courseOf(change, voice)}*${links === null ? '' : ` · ${links}`}`,
    );
    return { ...said, text: `${headline(change, written)} ${courseOf(change, written)}` };
  }
  const since = change.status === 'started' ? 'is tried again' : (course(change) ?? 'is no longer failed');
  const words = `${headline(change, voice)} failed at first and ${change.status === 'succeeded' ? 'has succeeded since' : since}.`;
  return sentences(words);
}

function course(change: Change): string | null {
  return changeCourse(change, change.occurredAt);
}

/** `Deploy checkout 1.41.3 → 1.42.0 to production by ada`. */
function headline(change: Change, voice: Voice): string {
  const name = voice === written ? plainHeading(change) : changeHeading(change);
  const where =
    change.environment === null ? '' : ` ${isDeploy(change) ? 'to' : 'in'} ${outside(change.environment, 60)}`;
  return `${nounOf(change)} ${name}${where}${byWhom(change)}`;
}

function plainHeading(change: Change): string {
  const service = serviceName(change);
  const step = changeStep(change);
  return outside(isDeploy(change) && service !== null ? `${service} ${step}` : step, 300);
}

function nounOf({ kind }: Change): string {
  const noun = kindNoun(kind, 1);
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;
}

function facts(change: Change, voice: Voice): string {
  const parts = [
    courseOf(change, voice),
    change.status === 'started' ? null : voice.at(change.finishedAt ?? change.occurredAt),
    receivedWords(change),
    change.repeated === null ? null : `told again and again ${voice.since(change.repeated.since)}`,
    risksOf(change, voice),
    voice === written ? null : linksOf(change),
  ];
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}

/** Counts no time that goes on. */
function courseOf(change: Change, voice: Voice): string | null {
  if (change.status === 'started') {
    return `${change.kind === 'drift' ? 'there' : 'under way'} since ${voice.at(change.occurredAt)}`;
  }
  if (change.status === 'succeeded' && course(change) === null) return 'succeeded';
  return course(change);
}

function risksOf({ risks }: Change, voice: Voice): string | null {
  const texts = risks
    .filter(({ name }) => name !== 'failed' && name !== 'rollback')
    .map(({ text }) => outside(text, 80))
    .slice(0, 3);
  return texts.length === 0 ? null : `${voice === written ? '' : ':warning: '}${texts.join(', ')}`;
}

/** Words say the same: a picture alone says nothing to many. */
function markOf(status: Status | null): string {
  switch (status) {
    case 'started':
      return ':hourglass_flowing_sand: ';
    case 'failed':
      return ':x: ';
    case 'cancelled':
      return ':no_entry_sign: ';
    case 'succeeded':
      return ':white_check_mark: ';
    case null:
      return '';
  }
}

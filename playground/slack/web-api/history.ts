import { textOf, type JsonObject } from '../../json.ts';
import { isReply, rawMessage, repliesTo } from '../raw-message.ts';
import type { Message } from '../workspace.ts';
import { isTrue } from './arguments.ts';
import { withMetadata } from './chat.ts';
import { channelToRead, Refused, type Front, type Method } from './method.ts';
import { page } from './page.ts';

const scopes = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];

export const history: Readonly<Record<string, Method>> = {
  'conversations.history': {
    scopes,
    answer: (front, args) => {
      const channel = channelToRead(front, args['channel']);
      const oldestFirst = front.workspace.messages
        .filter((each) => each.channel === channel.id && each.onlyFor === null && !isReply(each))
        .filter(inWindow(args))
        .toSorted(byTs);
      // With a beginning and no end, Slack counts from the beginning; it lists the newest first nevertheless.
      const fromOldest = textOf(args['oldest']) !== '' && textOf(args['latest']) === '';
      const { items, next } = page(fromOldest ? oldestFirst : oldestFirst.toReversed(), args, ({ ts }) => ts);
      const told = answer(front, args, { items: fromOldest ? items.toReversed() : items, next });
      return { ...told, pin_count: front.workspace.pins.filter((pin) => pin.channel === channel.id).length };
    },
  },
  'conversations.replies': {
    scopes,
    answer: (front, args) => {
      const channel = channelToRead(front, args['channel']);
      const asked = front.workspace.messages.find(
        (each) => each.channel === channel.id && each.ts === args['ts'] && each.onlyFor === null,
      );
      if (asked === undefined) throw new Refused('thread_not_found');
      const window = inWindow(args);
      const thread = [asked, ...repliesTo(front.workspace, asked).filter(window)];
      return answer(
        front,
        args,
        page(thread, args, ({ ts }) => ts),
      );
    },
  },
};

function answer(
  front: Front,
  args: JsonObject,
  { items, next }: { items: readonly Message[]; next: string },
): JsonObject {
  const all = isTrue(args['include_all_metadata']);
  return {
    messages: items.map((each) => (all ? withMetadata(front, each) : rawMessage(front.workspace, each))),
    has_more: next !== '',
    ...(next === '' ? {} : { response_metadata: { next_cursor: next } }),
  };
}

/** Between `oldest` and `latest`, and these themselves when `inclusive`. */
function inWindow(args: JsonObject): (message: Message) => boolean {
  const oldest = textOf(args['oldest']) || '0';
  const latest = textOf(args['latest']) || '9999999999.999999';
  const inclusive = isTrue(args['inclusive']);
  return ({ ts }) => {
    const [after, before] = [compare(ts, oldest), compare(ts, latest)];
    return inclusive ? after >= 0 && before <= 0 : after > 0 && before < 0;
  };
}

function byTs(one: Message, other: Message): number {
  return compare(one.ts, other.ts);
}

function compare(one: string, other: string): number {
  const [seconds = '0', rest = ''] = one.split('.');
  const [otherSeconds = '0', otherRest = ''] = other.split('.');
  return Number(seconds) - Number(otherSeconds) || Number(rest.padEnd(6, '0')) - Number(otherRest.padEnd(6, '0'));
}

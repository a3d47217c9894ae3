import { textOf, type JsonObject } from '../../json.ts';
import { numberOr } from './arguments.ts';
import { Refused } from './method.ts';

/** One page of a list; its cursor is hidden, as Slack's are. `next` is empty at the end. */
export function page<Item>(
  all: readonly Item[],
  args: JsonObject,
  keyOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly next: string } {
  const limit = Math.min(Math.max(1, numberOr(args['limit'], 100)), 1000);
  const cursor = Buffer.from(textOf(args['cursor']), 'base64').toString('utf8');
  const begin = cursor === '' ? 0 : all.findIndex((item) => `next:${keyOf(item)}` === cursor);
  if (begin === -1) throw new Refused('invalid_cursor');
  const following = all[begin + limit];
  return {
    items: all.slice(begin, begin + limit),
    next: following === undefined ? '' : Buffer.from(`next:${keyOf(following)}`).toString('base64'),
  };
}

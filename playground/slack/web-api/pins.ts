import type { JsonObject } from '../../json.ts';
import { pinnedItem } from '../event-shapes.ts';
import { pinMessage, unpinMessage } from '../message-changes.ts';
import { messageAt } from '../workspace.ts';
import { channelById, channelToWrite, messageIn, Refused, type Front, type Method } from './method.ts';

export const pins: Readonly<Record<string, Method>> = {
  'pins.add': {
    scopes: ['pins:write'],
    answer: (front, args) => {
      const message = messageToPin(front, args);
      if (message.notice?.['subtype'] === 'channel_join') throw new Refused('not_pinnable');
      const events = pinMessage(front.workspace, message, front.workspace.app.botUser);
      if (events === null) throw new Refused('already_pinned');
      front.tell(events);
      return {};
    },
  },
  'pins.remove': {
    scopes: ['pins:write'],
    answer: (front, args) => {
      const events = unpinMessage(front.workspace, messageToPin(front, args), front.workspace.app.botUser);
      if (events === null) throw new Refused('no_pin');
      front.tell(events);
      return {};
    },
  },
  'pins.list': {
    scopes: ['pins:read'],
    answer: (front, args) => {
      const channel = channelById(front, args['channel']);
      if (!channel.bot) throw new Refused('not_in_channel');
      const items = front.workspace.pins
        .filter((pin) => pin.channel === channel.id)
        .toReversed()
        .flatMap((pin) => {
          const message = messageAt(front.workspace, pin);
          return message === undefined ? [] : [pinnedItem(front.workspace, message, pin)];
        });
      return { items };
    },
  },
};

function messageToPin(front: Front, args: JsonObject) {
  const channel = channelToWrite(front, args['channel']);
  if (args['timestamp'] === undefined) throw new Refused('no_item_specified');
  return messageIn(front, channel, args['timestamp']);
}

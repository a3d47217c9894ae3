import { textOf, type JsonObject } from '../../json.ts';
import { addReaction, removeReaction } from '../message-changes.ts';
import { rawMessage, rawReactions } from '../raw-message.ts';
import { channelById, channelToWrite, messageIn, Refused, type Front, type Method } from './method.ts';

export const reactions: Readonly<Record<string, Method>> = {
  'reactions.get': {
    scopes: ['reactions:read'],
    answer: (front, args) => {
      const channel = channelById(front, args['channel']);
      if (!channel.bot) throw new Refused('not_in_channel');
      const message = messageIn(front, channel, args['timestamp']);
      const raw = rawMessage(front.workspace, message);
      return { type: 'message', channel: channel.id, message: { ...raw, reactions: rawReactions(message) } };
    },
  },
  'reactions.add': {
    scopes: ['reactions:write'],
    answer: (front, args) => react(front, args, addReaction, 'already_reacted'),
  },
  'reactions.remove': {
    scopes: ['reactions:write'],
    answer: (front, args) => react(front, args, removeReaction, 'no_reaction'),
  },
};

function react(front: Front, args: JsonObject, change: typeof addReaction, otherwise: string): JsonObject {
  const channel = channelToWrite(front, args['channel']);
  const message = messageIn(front, channel, args['timestamp']);
  const name = textOf(args['name']);
  if (!/^[a-z0-9_+'-]+(?:::skin-tone-\d)?$/.test(name)) throw new Refused('invalid_name');
  const events = change(front.workspace, message, { name, by: front.workspace.app.botUser });
  if (events === null) throw new Refused(otherwise);
  front.tell(events);
  return {};
}

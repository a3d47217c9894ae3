import { isObject, objectsOf, textOf, type JsonObject } from '../../json.ts';
import { withBlockIds } from '../block-ids.ts';
import { deleteMessage, editMessage, postMessage } from '../message-changes.ts';
import { permalink, rawMessage } from '../raw-message.ts';
import { addMessage, type Message } from '../workspace.ts';
import { isTrue } from './arguments.ts';
import { channelById, channelToWrite, idOfPlace, messageIn, Refused, type Front, type Method } from './method.ts';

/** Characters of a text that Slack keeps. */
const longestText = 40_000;

export const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage': {
    scopes: ['chat:write'],
    answer: (front, args) => {
      const written = contentOf(front, args);
      const channel = channelToWrite(front, idOfPlace(front, args['channel']), { unasked: true });
      const { message, events } = postMessage(front.workspace, {
        channel: channel.id,
        author: front.workspace.app.botUser,
        threadTs: textOf(args['thread_ts']) || null,
        broadcast: textOf(args['thread_ts']) !== '' && isTrue(args['reply_broadcast']),
        metadata: metadataOf(args) ?? null,
        ...written,
      });
      front.workspace.statuses.delete(channel.id);
      front.tell(events);
      return { channel: channel.id, ts: message.ts, message: withMetadata(front, message) };
    },
  },
  'chat.postEphemeral': {
    scopes: ['chat:write'],
    answer: (front, args) => {
      const { workspace } = front;
      const written = contentOf(front, args);
      const channel = channelToWrite(front, idOfPlace(front, args['channel']));
      const user = textOf(args['user']);
      if (!channel.people.includes(user)) throw new Refused('user_not_in_channel');
      workspace.statuses.delete(channel.id);
      const { ts } = addMessage(workspace, {
        channel: channel.id,
        author: workspace.app.botUser,
        threadTs: textOf(args['thread_ts']) || null,
        onlyFor: user,
        ...written,
      });
      return { message_ts: ts };
    },
  },
  'chat.update': {
    scopes: ['chat:write'],
    answer: (front, args) => {
      const { channel, message } = ownMessage(front, args, 'cant_update_message');
      // Without a text the blocks that are not mentioned stay; a text alone replaces them.
      const kept = args['text'] === undefined && args['blocks'] === undefined;
      const written = kept && metadataOf(args) !== undefined ? {} : contentOf(front, args);
      const metadata = metadataOf(args);
      front.tell(
        editMessage(front.workspace, message, { ...written, ...(metadata === undefined ? {} : { metadata }) }),
      );
      const after = messageIn(front, channel, message.ts);
      return { channel: channel.id, ts: after.ts, text: after.text, message: withMetadata(front, after) };
    },
  },
  'chat.delete': {
    scopes: ['chat:write'],
    answer: (front, args) => {
      const { channel, message } = ownMessage(front, args, 'cant_delete_message');
      front.tell(deleteMessage(front.workspace, message));
      return { channel: channel.id, ts: message.ts };
    },
  },
  'chat.getPermalink': {
    scopes: [],
    answer: (front, args) => {
      const channel = channelById(front, args['channel']);
      const message = messageIn(front, channel, args['message_ts']);
      return { channel: channel.id, permalink: permalink(front.workspace, message) };
    },
  },
};

/** Which the bot wrote, in a channel by id; Slack documents no error for one that the bot has left. */
function ownMessage(front: Front, args: JsonObject, otherwise: string) {
  const { workspace } = front;
  const channel = workspace.channels.find((each) => each.id === args['channel']);
  if (channel === undefined) throw new Refused('channel_not_found');
  if (channel.archived) throw new Refused('is_inactive');
  if (channel.private && !channel.bot) throw new Refused('channel_not_found');
  const message = messageIn(front, channel, args['ts']);
  if (message.author !== workspace.app.botUser) throw new Refused(otherwise);
  return { channel, message };
}

function contentOf(front: Front, args: JsonObject): Pick<Message, 'text' | 'blocks'> {
  const text = textOf(args['text']).slice(0, longestText);
  const blocks = objectsOf(args['blocks']);
  if (text === '' && blocks.length === 0 && objectsOf(args['attachments']).length === 0) throw new Refused('no_text');
  const illegal = [...front.problems(args), ...missingFiles(front, blocks)];
  if (illegal.length > 0) throw new Refused('invalid_blocks', { response_metadata: { messages: illegal } });
  return { text, blocks: withBlockIds(blocks) };
}

/** Slack shows no picture that the app has not given it. */
function missingFiles({ uploads }: Front, blocks: readonly JsonObject[]): readonly string[] {
  return blocks.flatMap(({ slack_file: file }, index) =>
    isObject(file) && typeof file['id'] === 'string' && !uploads.isFinished(file['id'])
      ? [`invalid slack file [json-pointer:/blocks/${index}/slack_file]`]
      : [],
  );
}

/** Undefined when the call says nothing of it; null when it takes it away. */
function metadataOf(args: JsonObject): JsonObject | null | undefined {
  const metadata = args['metadata'];
  if (metadata === undefined || metadata === '') return undefined;
  if (!isObject(metadata)) throw new Refused('invalid_metadata_format');
  if (Object.keys(metadata).length === 0) return null;
  if (typeof metadata['event_type'] !== 'string' || !isObject(metadata['event_payload'])) {
    throw new Refused('invalid_metadata_format');
  }
  return metadata;
}

export function withMetadata({ workspace }: Front, message: Message): JsonObject {
  const raw = rawMessage(workspace, message);
  return message.metadata === null ? raw : { ...raw, metadata: message.metadata };
}

import { textOf, type JsonObject } from '../../json.ts';
import {
  archiveChannel,
  createChannel,
  joinChannel,
  leaveChannel,
  renameChannel,
  setTopic,
} from '../channel-changes.ts';
import { channelNameProblem } from '../channel-name.ts';
import { rawChannel } from '../raw-channel.ts';
import type { Channel } from '../workspace.ts';
import { isTrue } from './arguments.ts';
import { channelById, Refused, requireScope, type Front, type Method } from './method.ts';
import { page } from './page.ts';

const read = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];
const manage = ['channels:manage', 'channels:write', 'groups:write'];

export const conversations: Readonly<Record<string, Method>> = {
  'conversations.list': {
    scopes: read,
    answer: (front, args) => {
      const types = (textOf(args['types']) || 'public_channel').split(',').map((type) => type.trim());
      const kinds = { public_channel: 'channels:read', private_channel: 'groups:read', im: 'im:read' };
      for (const [type, needed] of Object.entries(kinds)) {
        if (types.includes(type) && !front.can(needed)) throw new Refused('missing_scope', { needed });
      }
      const found = front.workspace.channels
        .filter((channel) => types.includes(typeOf(channel)) && (!channel.private || channel.bot))
        .filter((channel) => !channel.archived || !isTrue(args['exclude_archived']));
      const { items, next } = page(found, args, (channel) => channel.id);
      return {
        channels: items.map((channel) => rawChannel(front.workspace, channel)),
        response_metadata: { next_cursor: next },
      };
    },
  },
  'conversations.info': {
    scopes: read,
    answer: (front, args) => {
      const channel = channelById(front, args['channel']);
      requireScope(front, channel, 'read');
      return { channel: rawChannel(front.workspace, channel) };
    },
  },
  'conversations.members': {
    scopes: read,
    answer: (front, args) => {
      const channel = channelById(front, args['channel']);
      requireScope(front, channel, 'read');
      const members = [...channel.people, ...(channel.bot ? [front.workspace.app.botUser] : [])];
      const { items, next } = page(members, args, (id) => id);
      return { members: items, response_metadata: { next_cursor: next } };
    },
  },
  'conversations.join': {
    scopes: ['channels:join'],
    answer: (front, args) => {
      const channel = front.workspace.channels.find((each) => each.id === args['channel']);
      if (channel === undefined) throw new Refused('channel_not_found');
      if (channel.private) throw new Refused('method_not_supported_for_channel_type');
      if (channel.archived) throw new Refused('is_archived');
      const already = channel.bot ? { warning: 'already_in_channel' } : {};
      const joined = joinChannel(front.workspace, channel, { user: front.workspace.app.botUser, inviter: null });
      return { ...changed(front, joined), ...already };
    },
  },
  'conversations.leave': {
    scopes: manage,
    answer: (front, args) => {
      const channel = channelById(front, args['channel']);
      if (channel.direct) throw new Refused('method_not_supported_for_channel_type');
      if (!channel.bot) return { not_in_channel: true };
      const user = front.workspace.app.botUser;
      front.tell(leaveChannel(front.workspace, channel, { user, by: user }).events);
      return {};
    },
  },
  'conversations.create': {
    scopes: manage,
    answer: (front, args) => {
      const hidden = isTrue(args['is_private']);
      requireManage(front, hidden);
      const name = textOf(args['name']);
      const problem = channelNameProblem(front.workspace, name);
      if (problem !== null) throw new Refused(problem);
      const by = front.workspace.app.botUser;
      return changed(front, createChannel(front.workspace, { name, private: hidden, by }));
    },
  },
  'conversations.rename': {
    scopes: manage,
    answer: (front, args) => {
      const channel = managed(front, args);
      const name = textOf(args['name']);
      const problem = channelNameProblem(front.workspace, name);
      if (problem !== null) throw new Refused(problem);
      if (channel.creator !== front.workspace.app.botUser) throw new Refused('not_authorized');
      return changed(front, renameChannel(front.workspace, channel, name, front.workspace.app.botUser));
    },
  },
  'conversations.setTopic': {
    scopes: ['channels:manage', 'channels:write', 'channels:write.topic', 'groups:write', 'groups:write.topic'],
    answer: (front, args) => {
      const channel = managed(front, args);
      const topic = textOf(args['topic']);
      if (topic.length > 250) throw new Refused('too_long');
      return changed(front, setTopic(front.workspace, channel, topic, front.workspace.app.botUser));
    },
  },
  'conversations.archive': {
    scopes: manage,
    answer: (front, args) => {
      const channel = front.workspace.channels.find((each) => each.id === args['channel']);
      if (channel?.archived === true) throw new Refused('already_archived');
      front.tell(archiveChannel(front.workspace, managed(front, args), front.workspace.app.botUser).events);
      return {};
    },
  },
  /** No bot can: Slack has put it out of what is archived. */
  'conversations.unarchive': {
    scopes: manage,
    answer: (front, args) => {
      const channel = front.workspace.channels.find((each) => each.id === args['channel']);
      if (channel === undefined) throw new Refused('channel_not_found');
      throw new Refused(channel.archived ? 'not_in_channel' : 'not_archived');
    },
  },
  'conversations.invite': {
    scopes: [...manage, 'channels:write.invites', 'groups:write.invites'],
    answer: (front, args) => {
      let channel = managed(front, args);
      const users = textOf(args['users']).split(',');
      for (const user of users) {
        if (!front.workspace.people.some(({ id }) => id === user)) throw new Refused('user_not_found');
        if (channel.people.includes(user)) throw new Refused('already_in_channel');
      }
      for (const user of users) {
        const joined = joinChannel(front.workspace, channel, { user, inviter: front.workspace.app.botUser });
        channel = joined.channel;
        front.tell(joined.events);
      }
      return { channel: rawChannel(front.workspace, channel) };
    },
  },
};

function typeOf(channel: Channel): string {
  if (channel.direct) return 'im';
  return channel.private ? 'private_channel' : 'public_channel';
}

/** What the bot may change: it is a member, and nothing is archived. */
function managed(front: Front, args: JsonObject): Channel {
  const channel = front.workspace.channels.find((each) => each.id === args['channel']);
  if (channel === undefined) throw new Refused('channel_not_found');
  if (channel.archived) throw new Refused('is_archived');
  if (channel.direct) throw new Refused('method_not_supported_for_channel_type');
  if (!channel.bot) throw new Refused(channel.private ? 'channel_not_found' : 'not_in_channel');
  return channel;
}

function requireManage({ can }: Front, hidden: boolean): void {
  const needed = hidden ? 'groups:write' : 'channels:manage';
  if (!can(needed)) throw new Refused('missing_scope', { needed });
}

function changed(front: Front, change: ReturnType<typeof joinChannel>): JsonObject {
  front.tell(change.events);
  return { channel: rawChannel(front.workspace, change.channel) };
}

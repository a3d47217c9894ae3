import type { JsonObject } from '../json.ts';
import { isPinned } from './pins.ts';
import type { Message, SharedFile, Workspace } from './workspace.ts';

/** A message as Slack gives it in answers, events and shortcuts (docs.slack.dev/reference/events/message). */
export function rawMessage(workspace: Workspace, message: Message): JsonObject {
  const byBot = message.author === workspace.app.botUser;
  return {
    type: 'message',
    ...message.notice,
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.author,
    ts: message.ts,
    text: message.text,
    team: workspace.team.id,
    ...(byBot ? botFields(workspace) : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.edited === null ? {} : { edited: { user: message.author, ts: message.edited } }),
    ...threadFields(workspace, message),
    ...(message.reactions.length > 0 ? { reactions: rawReactions(message) } : {}),
    ...(message.files.length > 0 ? { files: message.files.map((file) => rawFile(workspace, file)), upload: true } : {}),
    ...(isPinned(workspace, message) ? { pinned_to: [message.channel] } : {}),
  };
}

export function rawReactions({ reactions }: Message): readonly JsonObject[] {
  return reactions.map(({ name, users }) => ({ name, users, count: users.length }));
}

export function rawFile(workspace: Workspace, { id, name, title, size }: SharedFile): JsonObject {
  const address = `https://${workspace.team.domain}.slack.com/files/${workspace.app.botUser}/${id}/${name}`;
  return { id, name, title, size, user: workspace.app.botUser, mode: 'hosted', permalink: address };
}

export function permalink(workspace: Workspace, message: Message): string {
  const address = `https://${workspace.team.domain}.slack.com/archives/${message.channel}/p${message.ts.replace('.', '')}`;
  return isReply(message) ? `${address}?thread_ts=${message.threadTs}&cid=${message.channel}` : address;
}

export function isReply(message: Message): boolean {
  return message.threadTs !== null && message.threadTs !== message.ts;
}

export function repliesTo(workspace: Workspace, { channel, ts }: Message): readonly Message[] {
  return workspace.messages.filter(
    (each) => each.channel === channel && each.threadTs === ts && each.ts !== ts && each.onlyFor === null,
  );
}

function botFields({ app, team }: Workspace): JsonObject {
  return {
    bot_id: app.botId,
    app_id: app.id,
    bot_profile: { id: app.botId, app_id: app.id, name: app.name, team_id: team.id, deleted: false },
  };
}

function threadFields(workspace: Workspace, message: Message): JsonObject {
  if (isReply(message)) {
    const parent = workspace.messages.find((each) => each.channel === message.channel && each.ts === message.threadTs);
    return { thread_ts: message.threadTs, ...(parent === undefined ? {} : { parent_user_id: parent.author }) };
  }
  const replies = repliesTo(workspace, message);
  if (replies.length === 0) return {};
  const users = [...new Set(replies.map(({ author }) => author))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users,
    latest_reply: replies.at(-1)?.ts,
  };
}

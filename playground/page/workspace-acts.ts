import { textOf } from '../json.ts';
import { channelOfAct, messageOf, type Act } from './act.ts';
import { isPinned } from '../slack/pins.ts';

/** What people do about channels and messages besides talking to the app. */
export const workspaceActs: Readonly<Record<string, Act>> = {
  react: async (on) => {
    const name = textOf(on.body['name']);
    const by = { user: on.viewer.name };
    const message = messageOf(on);
    const has = message.reactions.some((each) => each.name === name && each.users.includes(on.viewer.id));
    if (has) await on.slack.unreact(message, name, by);
    else await on.slack.react(message, name, by);
    return {};
  },
  pin: async (on) => {
    const message = messageOf(on);
    const by = { user: on.viewer.name };
    if (isPinned(on.slack.workspace, message)) await on.slack.unpin(message, by);
    else await on.slack.pin(message, by);
    return {};
  },
  delete: async (on) => {
    const message = messageOf(on);
    if (message.author !== on.viewer.id) throw new Error('Only what you wrote yourself can be deleted.');
    await on.slack.remove(message);
    return {};
  },
  'create-channel': async ({ slack, viewer, body }) => {
    const name = textOf(body['name']).trim().toLowerCase().replaceAll(/\s+/g, '-');
    return { place: (await slack.createChannel(name, { user: viewer.name, private: body['private'] === 'true' })).id };
  },
  join: inChannel((slack, channel, by) => slack.joinChannel(channel, by)),
  archive: inChannel((slack, channel, by) => slack.archiveChannel(channel, by)),
  unarchive: inChannel((slack, channel, by) => slack.unarchiveChannel(channel, by)),
  'invite-bot': inChannel((slack, channel, by) => slack.inviteBot(channel, by)),
  'remove-bot': inChannel((slack, channel, by) => slack.removeBot(channel, by)),
};

function inChannel(
  change: (slack: Parameters<Act>[0]['slack'], channel: string, by: { user: string }) => Promise<unknown>,
): Act {
  return async (on) => {
    await change(on.slack, channelOfAct(on).id, { user: on.viewer.name });
    return {};
  };
}

import type { JsonObject } from '../json.ts';
import {
  archiveChannel,
  createChannel,
  deleteChannel,
  joinChannel,
  leaveChannel,
  renameChannel,
  setTopic,
  unarchiveChannel,
  type Events,
} from './channel-changes.ts';
import { channelNameProblem } from './channel-name.ts';
import {
  addReaction,
  deleteMessage,
  editMessage,
  pinMessage,
  postMessage,
  removeReaction,
  unpinMessage,
} from './message-changes.ts';
import { changeGroup, createGroup } from './group-changes.ts';
import type { EventSender } from './sent-events.ts';
import type { Reply } from './signed-request.ts';
import { channelOf, messageAt, nextTs, personOf, type Channel, type Message, type Workspace } from './workspace.ts';

/** By whom, by handle or id. */
interface By {
  readonly user: string;
}

type Place = Pick<Message, 'channel' | 'ts'>;

export interface Said {
  readonly message: Message;
  /** The app's answer to the event; null when none was sent. */
  readonly reply: Reply | null;
}

export type People = ReturnType<typeof createPeople>;

/** What people do in the workspace besides talking to the app. Each returns when the app has received what it is told. */
export function createPeople({ workspace, deliver }: { workspace: Workspace; deliver: EventSender['deliver'] }) {
  const idOf = (name: string): string => personOf(workspace, name).id;

  function placeOf(channel: string): Channel {
    const place = channelOf(workspace, channel);
    if (place === undefined) throw new Error(`No channel ${channel} in this workspace.`);
    return place;
  }

  /** The message as it is now, of which the caller may hold an older state. */
  function now({ channel, ts }: Place): Message {
    const message = messageAt(workspace, { channel, ts });
    if (message === undefined) throw new Error(`No message ${ts} in ${channel}.`);
    return message;
  }

  async function changed({ channel, events }: { channel: Channel; events: Events }): Promise<Channel> {
    await deliver(events);
    return channel;
  }

  async function delivered(events: Events | null, otherwise: string): Promise<Reply | null> {
    if (events === null) throw new Error(otherwise);
    return deliver(events);
  }

  /** Writes as a person and tells the app what Slack would: of a mention, and of any message where the bot is. */
  async function say(text: string, { user, channel, threadTs = null }: SayFields): Promise<Said> {
    const place = placeOf(channel);
    if (place.archived) throw new Error(`Nobody can write in #${place.name}: it is archived.`);
    const { message, events } = postMessage(workspace, { channel: place.id, author: idOf(user), text, threadTs });
    return { message, reply: await deliver(events) };
  }

  return {
    say,
    mention: async (text: string, place: SayFields) => say(`<@${workspace.app.botUser}> ${text}`, place),
    dm: async (text: string, { user }: By) => say(text, { user, channel: personOf(workspace, user).directChannel }),
    edit: async (message: Place, text: string) => deliver(editMessage(workspace, now(message), { text, blocks: [] })),
    remove: async (message: Place) => deliver(deleteMessage(workspace, now(message))),
    react: async (message: Place, name: string, { user }: By) =>
      delivered(addReaction(workspace, now(message), { name, by: idOf(user) }), `${user} has already put :${name}:.`),
    unreact: async (message: Place, name: string, { user }: By) =>
      delivered(removeReaction(workspace, now(message), { name, by: idOf(user) }), `${user} has not put :${name}:.`),
    pin: async (message: Place, { user }: By) =>
      delivered(pinMessage(workspace, now(message), idOf(user)), 'It is already pinned.'),
    unpin: async (message: Place, { user }: By) =>
      delivered(unpinMessage(workspace, now(message), idOf(user)), 'It is not pinned.'),

    /** From then until then nobody should disturb them; null: any time will do. */
    setDnd: (user: string, quiet: { from: Date; to: Date } | null): void => {
      if (quiet === null) workspace.dnd.delete(idOf(user));
      else workspace.dnd.set(idOf(user), quiet);
    },
    /** They leave the workspace. */
    deactivate: (user: string): void => void workspace.deactivated.add(idOf(user)),

    /** The id of a new group of these people. */
    createGroup: (handle: string, people: readonly string[]): string =>
      createGroup(workspace, { handle, people: people.map(idOf) }),
    /** What is left out stays as it is. */
    changeGroup: async (
      id: string,
      change: { readonly handle?: string; readonly people?: readonly string[]; readonly disabled?: boolean },
    ): Promise<void> => {
      const { people, ...rest } = change;
      await deliver(changeGroup(workspace, id, people === undefined ? rest : { ...rest, people: people.map(idOf) }));
    },

    /** Its creator is its only member. */
    createChannel: async (name: string, { user, private: hidden = false }: By & { private?: boolean }) => {
      const problem = channelNameProblem(workspace, name);
      if (problem !== null) throw new Error(`No channel can be called ${name}: ${problem}.`);
      return changed(createChannel(workspace, { name, private: hidden, by: idOf(user) }));
    },
    renameChannel: async (channel: string, name: string, { user }: By) =>
      changed(renameChannel(workspace, placeOf(channel), name, idOf(user))),
    setTopic: async (channel: string, topic: string, { user }: By) =>
      changed(setTopic(workspace, placeOf(channel), topic, idOf(user))),
    archiveChannel: async (channel: string, { user }: By) =>
      changed(archiveChannel(workspace, placeOf(channel), idOf(user))),
    unarchiveChannel: async (channel: string, { user }: By) =>
      changed(unarchiveChannel(workspace, placeOf(channel), idOf(user))),
    deleteChannel: async (channel: string, { user }: By): Promise<void> => {
      await deliver(deleteChannel(workspace, placeOf(channel), idOf(user)));
    },
    joinChannel: async (channel: string, { user, inviter }: By & { inviter?: string }) =>
      changed(
        joinChannel(workspace, placeOf(channel), {
          user: idOf(user),
          inviter: inviter === undefined ? null : idOf(inviter),
        }),
      ),
    leaveChannel: async (channel: string, { user }: By) =>
      changed(leaveChannel(workspace, placeOf(channel), { user: idOf(user), by: idOf(user) })),
    inviteBot: async (channel: string, { user }: By) =>
      changed(joinChannel(workspace, placeOf(channel), { user: workspace.app.botUser, inviter: idOf(user) })),
    removeBot: async (channel: string, { user }: By) =>
      changed(leaveChannel(workspace, placeOf(channel), { user: workspace.app.botUser, by: idOf(user) })),

    openHome: async (user: string, tab: 'home' | 'messages' = 'home'): Promise<Reply | null> => {
      const person = personOf(workspace, user);
      const view = workspace.homes.get(person.id);
      const opened: JsonObject = {
        type: 'app_home_opened',
        user: person.id,
        channel: person.directChannel,
        tab,
        event_ts: nextTs(),
        ...(view === undefined ? {} : { view: view.raw }),
      };
      return deliver([opened]);
    },
  };
}

interface SayFields extends By {
  readonly channel: string;
  readonly threadTs?: string | null;
}

import { textOf, type JsonObject } from '../json.ts';
import type { Slack } from '../slack.ts';
import type { Channel, Message, Person } from '../slack/workspace.ts';
import { channelFor } from './place.ts';

/** Gives what the page's script is told: a `problem`, `errors`, a new `place` …; nothing when all went well. */
export type Act = (on: {
  readonly slack: Slack;
  readonly viewer: Person;
  readonly body: JsonObject;
}) => Promise<JsonObject>;

export function channelOfAct({ slack, viewer, body }: Parameters<Act>[0]): Channel {
  const channel = channelFor(slack.workspace, viewer, textOf(body['place']));
  if (channel === null) throw new Error('That is no channel.');
  return channel;
}

export function messageOf(on: Parameters<Act>[0]): Message {
  const { id } = channelOfAct(on);
  const message = on.slack.messages(id, on.viewer.name).find((each) => each.ts === on.body['message']);
  if (message === undefined) throw new Error('What you clicked is gone.');
  return message;
}

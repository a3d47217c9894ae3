import type { JsonObject } from '../json.ts';
import { rawMessage } from './raw-message.ts';
import type { Channel, Message, Person, View, Workspace } from './workspace.ts';

/** The shapes that Slack posts to an app (docs.slack.dev/reference/interaction-payloads), without their signatures. */

export function slashForm(
  workspace: Workspace,
  { command, text, person, channel, triggerId, responseUrl }: SlashFields,
): Record<string, string> {
  return {
    token: 'unused',
    team_id: person.teamId,
    team_domain: workspace.team.domain,
    channel_id: channel.id,
    channel_name: nameTold(channel),
    user_id: person.id,
    user_name: person.name,
    command,
    text,
    api_app_id: workspace.app.id,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: triggerId,
  };
}

interface SlashFields {
  readonly command: string;
  readonly text: string;
  readonly person: Person;
  readonly channel: Channel;
  readonly triggerId: string;
  readonly responseUrl: string;
}

/** An interaction does not tell what a private conversation is called. */
function nameTold({ name, direct, private: hidden }: Channel): string {
  if (direct) return 'directmessage';
  return hidden ? 'privategroup' : name;
}

function actor(workspace: Workspace, person: Person): JsonObject {
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    team: { id: workspace.team.id, domain: workspace.team.domain },
    api_app_id: workspace.app.id,
    token: 'unused',
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** A private message is not repeated to the app: all it gets is where it stands. */
export function messageSource(workspace: Workspace, message: Message, responseUrl: string): JsonObject {
  const channel = workspace.channels.find((each) => each.id === message.channel);
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: message.onlyFor !== null,
      ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    },
    channel: { id: message.channel, name: channel === undefined ? '' : nameTold(channel) },
    ...(message.onlyFor === null ? { message: rawMessage(workspace, message) } : {}),
    response_url: responseUrl,
  };
}

export function viewSource(view: View, state: JsonObject): JsonObject {
  return { container: { type: 'view', view_id: view.id }, view: rawView(view, state) };
}

export function blockActions(
  workspace: Workspace,
  person: Person,
  fields: { triggerId: string; source: JsonObject; state: JsonObject; action: JsonObject },
): JsonObject {
  return {
    type: 'block_actions',
    ...actor(workspace, person),
    trigger_id: fields.triggerId,
    ...fields.source,
    state: { values: fields.state },
    actions: [{ ...fields.action, action_ts: (Date.now() / 1000).toFixed(6) }],
  };
}

export function viewSubmission(
  workspace: Workspace,
  person: Person,
  fields: { triggerId: string; view: View; state: JsonObject },
): JsonObject {
  return {
    type: 'view_submission',
    ...actor(workspace, person),
    trigger_id: fields.triggerId,
    view: rawView(fields.view, fields.state),
    response_urls: [],
  };
}

export function viewClosed(workspace: Workspace, person: Person, view: View): JsonObject {
  return { type: 'view_closed', ...actor(workspace, person), view: rawView(view, {}), is_cleared: false };
}

export function shortcutPayload(
  workspace: Workspace,
  person: Person,
  fields: { callbackId: string; triggerId: string; message: Message | null; responseUrl: string },
): JsonObject {
  const base = { ...actor(workspace, person), callback_id: fields.callbackId, trigger_id: fields.triggerId };
  const actionTs = (Date.now() / 1000).toFixed(6);
  if (fields.message === null) return { type: 'shortcut', ...base, action_ts: actionTs };
  const channel = workspace.channels.find((each) => each.id === fields.message?.channel);
  return {
    type: 'message_action',
    ...base,
    action_ts: actionTs,
    message_ts: fields.message.ts,
    channel: { id: fields.message.channel, name: channel === undefined ? '' : nameTold(channel) },
    message: rawMessage(workspace, fields.message),
    response_url: fields.responseUrl,
  };
}

export function suggestion(
  workspace: Workspace,
  person: Person,
  fields: { source: JsonObject; blockId: string; actionId: string; query: string },
): JsonObject {
  return {
    type: 'block_suggestion',
    ...actor(workspace, person),
    action_id: fields.actionId,
    block_id: fields.blockId,
    value: fields.query,
    ...fields.source,
  };
}

export function eventEnvelope(workspace: Workspace, event: JsonObject, eventId: string): JsonObject {
  return {
    token: 'unused',
    type: 'event_callback',
    team_id: workspace.team.id,
    context_team_id: workspace.team.id,
    api_app_id: workspace.app.id,
    event,
    event_id: eventId,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: workspace.team.id,
        user_id: workspace.app.botUser,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
}

function rawView(view: View, state: JsonObject): JsonObject {
  return { ...view.raw, blocks: view.blocks, state: { values: state } };
}

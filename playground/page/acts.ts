import { objectsOf, textOf, type JsonObject } from '../json.ts';
import type { Slack } from '../slack.ts';
import type { Entered } from '../slack/element-state.ts';
import type { Source } from '../slack/interactions.ts';
import { personOf } from '../slack/workspace.ts';
import { messageOf, type Act } from './act.ts';
import { channelFor } from './place.ts';
import { workspaceActs } from './workspace-acts.ts';

/** What somebody can do on the page, by the last word of its address. */
const acts: Readonly<Record<string, Act>> = {
  ...workspaceActs,

  send: async ({ slack, viewer, body }) => {
    const place = channelFor(slack.workspace, viewer, textOf(body['place']));
    const written = textOf(body['text']).trim();
    if (place === null || written === '') return {};
    const [, command, rest = ''] = /^(\/[\w-]+)\s*(.*)$/s.exec(written) ?? [];
    const where = { user: viewer.name, channel: place.id };
    if (command !== undefined) {
      // Slackbot says in the channel what went wrong.
      await slack.slash(command, rest, where);
      return {};
    }
    const escaped = written.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const mentioned = escaped.replaceAll(/@sincewhen\b/gi, `<@${slack.workspace.app.botUser}>`);
    return problemOf((await slack.say(mentioned, where)).reply);
  },

  home: async ({ slack, viewer }) => problemOf(await slack.openHome(viewer.name)),

  click: async (on) => {
    const { action, blockId, values, entered } = deedOf(on.body);
    const by = { user: on.viewer.name, action, blockId, values, entered };
    return problemOf(await on.slack.click(sourceOf(on), by));
  },

  suggest: async (on) => {
    const { action, blockId } = deedOf(on.body);
    const query = textOf(on.body['query']);
    return { options: await on.slack.suggest(sourceOf(on), { user: on.viewer.name, action, blockId, query }) };
  },

  submit: async (on) => {
    const source = sourceOf(on);
    if (!('view' in source)) throw new Error('Only a modal is submitted.');
    const { entered } = deedOf(on.body);
    return { errors: (await on.slack.submit(source.view, { user: on.viewer.name, entered })).errors };
  },

  dismiss: async (on) => {
    const source = sourceOf(on);
    if ('view' in source) await on.slack.dismiss(source.view, { user: on.viewer.name });
    return {};
  },

  shortcut: async (on) => {
    const message = textOf(on.body['message']) === '' ? null : messageOf(on);
    return problemOf(await on.slack.shortcut(textOf(on.body['callback']), { user: on.viewer.name, message }));
  },
};

/** Does in the emulated Slack what somebody did on the page. */
export async function act(slack: Slack, name: string, body: JsonObject): Promise<JsonObject> {
  const wanted = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (wanted === undefined) throw new Error(`The playground cannot ${name}.`);
  return wanted({ slack, viewer: personOf(slack.workspace, textOf(body['viewer'])), body });
}

function problemOf(reply: { readonly error: string | null } | null): JsonObject {
  return reply === null || reply.error === null ? {} : { problem: `The bot did not take it: ${reply.error}.` };
}

function sourceOf(on: Parameters<Act>[0]): Source {
  const { slack, viewer, body } = on;
  const viewId = textOf(body['view']);
  const views = [slack.workspace.homes.get(viewer.id), ...(slack.workspace.modals.get(viewer.id) ?? [])];
  const view = viewId === '' ? undefined : views.find((each) => each?.id === viewId);
  return view === undefined ? { message: messageOf(on) } : { view };
}

function deedOf(body: JsonObject) {
  const entered: Record<string, readonly string[]> = {};
  for (const field of objectsOf(body['entered'])) {
    entered[`${textOf(field['block'])}/${textOf(field['action'])}`] = textsOf(field['values']);
  }
  const held: Entered = entered;
  return {
    action: textOf(body['action']),
    blockId: textOf(body['block']),
    values: textsOf(body['values']),
    entered: held,
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

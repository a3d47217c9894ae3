import { isObject, objectsOf, parseObject, textOf, type JsonObject } from '../json.ts';
import { findControl } from './block-ids.ts';
import { blocksWithoutAnswer, elementState, stateValues, type Entered } from './element-state.ts';
import type { EmulatedSlack } from './emulator.ts';
import {
  blockActions,
  messageSource,
  shortcutPayload,
  slashForm,
  suggestion,
  viewClosed,
  viewSource,
  viewSubmission,
} from './payloads.ts';
import { closeModal, pushModal, updateModal } from './modals.ts';
import type { ResponseUrls } from './response-url.ts';
import { sendSigned, type Reply } from './signed-request.ts';
import { channelOf, personOf, tellFailure, type Message, type View } from './workspace.ts';

export interface InteractionContext {
  readonly emulated: EmulatedSlack;
  readonly responseUrls: ResponseUrls;
  readonly signingSecret: string;
  /** Milliseconds. */
  readonly patience: number;
  /** Where the app listens; throws before it is connected. */
  readonly appUrl: () => string;
  readonly responseUrlOf: (id: string) => string;
  /** Whose modal a trigger id may open. */
  readonly triggers: Map<string, string>;
}

/** What was clicked in: a message, the Home tab or a modal. */
export type Source = { readonly message: Message } | { readonly view: View };

export type Interactions = ReturnType<typeof createInteractions>;

export function createInteractions(context: InteractionContext) {
  const { emulated, responseUrls } = context;
  const { workspace } = emulated;

  async function trigger(person: string, view?: View): Promise<string> {
    const issued = await emulated.call('views.generateTriggerId', {
      user_id: person,
      ...(view === undefined ? {} : { view_id: view.id }),
    });
    const id = textOf(issued['trigger_id']);
    context.triggers.set(id, person);
    return id;
  }

  function form(fields: Record<string, string>): Promise<Reply> {
    return sendSigned({
      url: context.appUrl(),
      signingSecret: context.signingSecret,
      patience: context.patience,
      contentType: 'application/x-www-form-urlencoded',
      body: new URLSearchParams(fields).toString(),
    });
  }

  function interaction(payload: JsonObject): Promise<Reply> {
    return form({ payload: JSON.stringify(payload) });
  }

  function sourceFields(source: Source, person: string): JsonObject {
    if ('view' in source) return viewSource(source.view, {});
    const { message } = source;
    const id = responseUrls.issue({ channel: message.channel, person, original: message });
    return messageSource(workspace, message, context.responseUrlOf(id));
  }

  /** `/since 2h`: what an app answers in the acknowledgement is shown, and a failure is told as Slack tells it. */
  async function slash(
    command: string,
    text: string,
    { user, channel }: { user: string; channel: string },
  ): Promise<Reply> {
    const person = personOf(workspace, user);
    const place = channelOf(workspace, channel);
    if (place === undefined) throw new Error(`No channel ${channel} in this workspace.`);
    const id = responseUrls.issue({ channel: place.id, person: person.id, original: null });
    const triggerId = await trigger(person.id);
    const responseUrl = context.responseUrlOf(id);
    const reply = await form(slashForm(workspace, { command, text, person, channel: place, triggerId, responseUrl }));
    if (reply.error !== null) {
      tellFailure(workspace, place.id, person.id, `${command} failed with the error "${reply.error}"`);
    } else if (reply.body.trim() !== '') {
      responseUrls.acknowledge(id, parseObject(reply.body) ?? { text: reply.body });
    }
    return reply;
  }

  /** `action`: an action id or the words on the button. `values`: what was chosen or typed, for other elements. */
  async function click(
    source: Source,
    { user, action, blockId, values = [], entered = {} }: ClickFields,
  ): Promise<Reply> {
    const person = personOf(workspace, user);
    const blocks = 'view' in source ? source.view.blocks : source.message.blocks;
    const control = findControl(blocks, action, blockId);
    if (control === undefined) throw new Error(`Nothing called ${action} can be clicked there.`);
    const state = stateValues(blocks, {
      ...entered,
      [`${control.blockId}/${textOf(control.element['action_id'])}`]: values,
    });
    return interaction(
      blockActions(workspace, person, {
        triggerId: await trigger(person.id, 'view' in source ? source.view : undefined),
        source: sourceFields(source, person.id),
        state,
        action: {
          action_id: control.element['action_id'],
          block_id: control.blockId,
          ...elementState(control.element, values),
        },
      }),
    );
  }

  async function submit(view: View, { user, entered }: { user: string; entered: Entered }): Promise<Submitted> {
    const person = personOf(workspace, user);
    const state = stateValues(view.blocks, entered);
    const unanswered = blocksWithoutAnswer(view.blocks, state);
    if (unanswered.length > 0) {
      return { reply: null, errors: Object.fromEntries(unanswered.map((id) => [id, 'This field is required.'])) };
    }
    const triggerId = await trigger(person.id, view);
    const reply = await interaction(viewSubmission(workspace, person, { triggerId, view, state }));
    if (reply.error !== null) return { reply, errors: { '': 'We had some trouble connecting. Try again?' } };
    const answer = parseObject(reply.body) ?? {};
    if (answer['response_action'] === 'errors' && isObject(answer['errors'])) {
      const errors = Object.entries(answer['errors']).map(([block, text]) => [block, textOf(text)] as const);
      return { reply, errors: Object.fromEntries(errors) };
    }
    await followSubmission(person.id, view, answer);
    return { reply, errors: {} };
  }

  async function followSubmission(person: string, view: View, answer: JsonObject): Promise<void> {
    const next = answer['view'];
    if (answer['response_action'] === 'update' && isObject(next)) {
      const updated = await emulated.call('views.update', { view_id: view.id, view: next });
      updateModal(workspace, updated['view']);
    } else if (answer['response_action'] === 'push' && isObject(next)) {
      const pushed = await emulated.call('views.push', { trigger_id: await trigger(person, view), view: next });
      pushModal(workspace, person, pushed['view']);
    } else {
      closeModal(workspace, person, answer['response_action'] === 'clear');
    }
  }

  async function dismiss(view: View, { user }: { user: string }): Promise<void> {
    const person = personOf(workspace, user);
    closeModal(workspace, person.id, false);
    if (view.raw['notify_on_close'] === true) await interaction(viewClosed(workspace, person, view));
  }

  async function shortcut(
    callbackId: string,
    { user, message = null }: { user: string; message?: Message | null },
  ): Promise<Reply> {
    const person = personOf(workspace, user);
    const channel = message?.channel ?? person.directChannel;
    const id = responseUrls.issue({ channel, person: person.id, original: message });
    const triggerId = await trigger(person.id);
    const responseUrl = context.responseUrlOf(id);
    return interaction(shortcutPayload(workspace, person, { callbackId, triggerId, message, responseUrl }));
  }

  /** The options that the app offers for what has been typed into an external menu. */
  async function suggest(
    source: Source,
    { user, action, blockId, query }: { user: string; action: string; blockId?: string; query: string },
  ): Promise<readonly JsonObject[]> {
    const person = personOf(workspace, user);
    const blocks = 'view' in source ? source.view.blocks : source.message.blocks;
    const control = findControl(blocks, action, blockId);
    if (control === undefined) return [];
    const fields = { source: sourceFields(source, person.id), blockId: control.blockId, actionId: action, query };
    const answer = parseObject((await interaction(suggestion(workspace, person, fields))).body) ?? {};
    return [
      ...objectsOf(answer['options']),
      ...objectsOf(answer['option_groups']).flatMap((group) => objectsOf(group['options'])),
    ];
  }

  return {
    slash,
    click,
    submit,
    dismiss,
    shortcut,
    suggest,
  };
}

interface ClickFields {
  readonly user: string;
  readonly action: string;
  readonly blockId?: string;
  readonly values?: readonly string[];
  readonly entered?: Entered;
}

/** `errors`: by block id; under the empty name what concerns the whole modal. */
export interface Submitted {
  /** Null when Slack did not send it. */
  readonly reply: Reply | null;
  readonly errors: Readonly<Record<string, string>>;
}

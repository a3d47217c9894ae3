import { afterEach, beforeEach, expect, it } from 'vitest';
import { objectsOf, textOf, type JsonObject } from '../json.ts';
import { startTestWorkspace, type TestWorkspace } from './test-workspace.ts';

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await startTestWorkspace();
});
afterEach(() => workspace.close());

const here = { user: 'ada', channel: 'incidents' };
const ada = { user: 'ada' };

function plain(text: string) {
  return { type: 'plain_text', text } as const;
}

const options = ['low', 'high'].map((value) => ({ text: plain(value), value }));

function input(block_id: string, element: JsonObject, more: JsonObject = {}) {
  return { type: 'input', block_id, label: plain(block_id), element: { action_id: 'value', ...element }, ...more };
}

function form(blocks: readonly JsonObject[]): JsonObject {
  return {
    type: 'modal',
    callback_id: 'declare',
    private_metadata: 'C1',
    title: plain('Declare'),
    submit: plain('Declare'),
    blocks,
  };
}

/** As `client.views.open` does, of whatever blocks. */
function openView(trigger_id: string, view: JsonObject) {
  return workspace.client.apiCall('views.open', { trigger_id, view });
}

/** Opens a modal by the trigger of a slash command, as an app does. */
async function open(blocks: readonly JsonObject[]) {
  const { slack, app, idOf } = workspace;
  await slack.slash('/since', 'incident', here);
  await openView(textOf(app.bodies.at(-1)?.['trigger_id']), form(blocks));
  const view = slack.workspace.modals.get(idOf('ada'))?.at(-1);
  if (view === undefined) throw new Error('no modal');
  return view;
}

const everything = [
  input('title', { type: 'plain_text_input' }),
  input('began', { type: 'datetimepicker' }),
  input('severity', { type: 'static_select', options }),
  input('labels', { type: 'multi_static_select', options }),
  input('service', { type: 'external_select', min_query_length: 0 }),
  input('services', { type: 'multi_external_select', min_query_length: 0 }),
  input('tone', { type: 'radio_buttons', options }),
  input('flags', { type: 'checkboxes', options }),
  input('people', { type: 'multi_users_select' }),
  input('channels', { type: 'multi_channels_select' }),
  input('note', { type: 'plain_text_input', multiline: true }, { optional: true }),
];

it('sends what was entered into every kind of element', async () => {
  const { slack, app, idOf, channelId } = workspace;
  const view = await open(everything);

  await slack.submit(view, {
    user: 'ada',
    entered: {
      title: 'Payments are slow',
      began: '1795701780',
      severity: 'high',
      labels: ['low', 'high'],
      service: 'checkout',
      services: ['checkout', 'ledger'],
      tone: 'low',
      flags: ['high'],
      people: [idOf('grace')],
      channels: [channelId('incidents')],
    },
  });

  const sent = app.bodies.at(-1);
  expect(sent).toMatchObject({
    type: 'view_submission',
    user: { id: idOf('ada') },
    view: {
      callback_id: 'declare',
      private_metadata: 'C1',
      state: {
        values: {
          title: { value: { type: 'plain_text_input', value: 'Payments are slow' } },
          began: { value: { type: 'datetimepicker', selected_date_time: 1_795_701_780 } },
          severity: { value: { type: 'static_select', selected_option: options[1] } },
          labels: { value: { type: 'multi_static_select', selected_options: options } },
          service: { value: { selected_option: { value: 'checkout' } } },
          services: { value: { selected_options: [{ value: 'checkout' }, { value: 'ledger' }] } },
          tone: { value: { type: 'radio_buttons', selected_option: options[0] } },
          flags: { value: { type: 'checkboxes', selected_options: [options[1]] } },
          people: { value: { selected_users: [idOf('grace')] } },
          channels: { value: { selected_channels: [channelId('incidents')] } },
          note: { value: { type: 'plain_text_input', value: null } },
        },
      },
    },
  });
  expect(slack.workspace.modals.get(idOf('ada'))).toEqual([]);
});

it('offers what the app suggests', async () => {
  const { slack, app } = workspace;
  const view = await open(everything);
  app.answers.push({ options: [{ text: plain('Checkout'), value: 'checkout' }] });

  const offered = await slack.suggest({ view }, { user: 'ada', action: 'value', blockId: 'service', query: 'che' });

  expect(offered).toMatchObject([{ value: 'checkout' }]);
  expect(app.bodies.at(-1)).toMatchObject({
    type: 'block_suggestion',
    action_id: 'value',
    block_id: 'service',
    value: 'che',
    container: { type: 'view', view_id: view.id },
  });
});

it('does not send what lacks a required answer', async () => {
  const { slack, app } = workspace;
  const view = await open([
    input('title', { type: 'plain_text_input' }),
    input('tone', { type: 'radio_buttons', options }),
    input('note', { type: 'plain_text_input' }, { optional: true }),
  ]);
  const before = app.bodies.length;

  const { reply, errors } = await slack.submit(view, { user: 'ada', entered: { title: 'x' } });

  expect(reply).toBeNull();
  expect(Object.keys(errors)).toEqual(['tone']);
  expect(app.bodies).toHaveLength(before);
});

it('goes on to the next modal and back', async () => {
  const { slack, app, idOf } = workspace;
  const stack = () => slack.workspace.modals.get(idOf('ada')) ?? [];
  const view = await open([input('title', { type: 'plain_text_input' })]);
  app.answers.push({ response_action: 'push', view: form([input('more', { type: 'plain_text_input' })]) });

  await slack.submit(view, { user: 'ada', entered: { title: 'x' } });
  const pushed = stack().length;
  const [, top] = stack();
  if (top === undefined) throw new Error('nothing was pushed');
  await slack.dismiss(top, ada);

  expect(pushed).toBe(2);
  expect(stack().map(({ id }) => id)).toEqual([view.id]);
});

it('opens a modal from a shortcut on a message', async () => {
  const { slack, app, idOf, channelId } = workspace;
  const { message } = await slack.say('rolled back', here);

  await slack.shortcut('add_to_incident', { user: 'grace', message });
  const sent = app.bodies.at(-1) ?? {};
  await openView(textOf(sent['trigger_id']), form([input('title', { type: 'plain_text_input' })]));

  expect(sent).toMatchObject({
    type: 'message_action',
    callback_id: 'add_to_incident',
    user: { id: idOf('grace') },
    channel: { id: channelId('incidents'), name: 'incidents' },
    message_ts: message.ts,
    message: { type: 'message', user: idOf('ada'), ts: message.ts, text: 'rolled back' },
    response_url: expect.stringContaining('/response/'),
    action_ts: expect.any(String),
    is_enterprise_install: false,
  });
  expect(slack.workspace.modals.get(idOf('grace'))).toHaveLength(1);
});

it('opens a modal from a global shortcut, which has no channel', async () => {
  const { slack, app, idOf } = workspace;

  await slack.shortcut('declare_incident', ada);
  const sent = app.bodies.at(-1) ?? {};
  await openView(textOf(sent['trigger_id']), form([input('title', { type: 'plain_text_input' })]));

  expect(sent).toMatchObject({ type: 'shortcut', callback_id: 'declare_incident', user: { id: idOf('ada') } });
  for (const field of ['channel', 'message', 'response_url']) expect(sent).not.toHaveProperty(field);
  expect(slack.workspace.modals.get(idOf('ada'))).toHaveLength(1);
});

it('does not tell what a private channel is called', async () => {
  const { slack, app } = workspace;
  const { message } = await slack.say('secret', { user: 'ada', channel: 'war-room' });

  await slack.slash('/since', '2h', { user: 'ada', channel: 'war-room' });
  await slack.shortcut('add_to_incident', { user: 'ada', message });

  expect(objectsOf(app.bodies.slice(-2))).toMatchObject([
    { channel_name: 'privategroup' },
    { channel: { name: 'privategroup' } },
  ]);
});

it('refuses a trigger that was used', async () => {
  const { slack, app } = workspace;
  await slack.shortcut('declare_incident', ada);
  const trigger_id = textOf(app.bodies.at(-1)?.['trigger_id']);
  const view = form([input('title', { type: 'plain_text_input' })]);
  await openView(trigger_id, view);

  await expect(openView(trigger_id, view)).rejects.toThrow('exchanged_trigger_id');
});

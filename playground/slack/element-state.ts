import { isObject, objectsOf, textOf, type JsonObject } from '../json.ts';
import { controlsOf } from './block-ids.ts';

/**
 * What a person chose in an element, in the shape that Slack sends. `values`: for a menu the options' values, for text
 * what was typed. A value that is not among the options is left out, as a real client could not have sent it.
 */
export function elementState(element: JsonObject, values: readonly string[]): JsonObject {
  const type = textOf(element['type']);
  const [first] = values;
  switch (type) {
    case 'button':
      return { type, text: element['text'], ...(element['value'] === undefined ? {} : { value: element['value'] }) };
    case 'static_select':
    case 'radio_buttons':
    case 'overflow':
      return { type, selected_option: optionsOf(element).find((option) => option['value'] === first) ?? null };
    case 'external_select':
      return { type, selected_option: first === undefined ? null : { text: plain(first), value: first } };
    case 'multi_static_select':
    case 'checkboxes':
      return {
        type,
        selected_options: optionsOf(element).filter((option) => values.includes(textOf(option['value']))),
      };
    case 'multi_external_select':
      return { type, selected_options: values.map((value) => ({ text: plain(value), value })) };
    case 'datepicker':
      return { type, selected_date: first ?? null };
    case 'timepicker':
      return { type, selected_time: first ?? null };
    case 'datetimepicker':
      return { type, selected_date_time: first === undefined ? null : Number(first) };
    case 'users_select':
      return { type, selected_user: first ?? null };
    case 'conversations_select':
      return { type, selected_conversation: first ?? null };
    case 'channels_select':
      return { type, selected_channel: first ?? null };
    case 'multi_users_select':
      return { type, selected_users: values };
    case 'multi_conversations_select':
      return { type, selected_conversations: values };
    case 'multi_channels_select':
      return { type, selected_channels: values };
    default:
      return { type, value: first === undefined || first === '' ? null : first };
  }
}

/** What an element holds before anybody touched it. */
export function initialValues(element: JsonObject): readonly string[] {
  const options = [element['initial_option'], ...objectsOf(element['initial_options'])].filter(isObject);
  const chosen = options.map((option) => textOf(option['value']));
  const single = [
    'initial_value',
    'initial_date',
    'initial_time',
    'initial_user',
    'initial_conversation',
    'initial_channel',
  ]
    .map((key) => element[key])
    .filter((value) => typeof value === 'string');
  const moment = element['initial_date_time'];
  return [...chosen, ...single, ...(typeof moment === 'number' ? [String(moment)] : [])];
}

function optionsOf(element: JsonObject): readonly JsonObject[] {
  const groups = objectsOf(element['option_groups']).flatMap((group) => objectsOf(group['options']));
  return [...objectsOf(element['options']), ...groups];
}

/** By block id or action id. */
export type Entered = Readonly<Record<string, string | readonly string[]>>;

/** `state.values` of a view or message: block id, then action id. Buttons and overflow menus hold nothing. */
export function stateValues(blocks: readonly JsonObject[], entered: Entered): JsonObject {
  const values: Record<string, JsonObject> = {};
  for (const { blockId, element } of controlsOf(blocks)) {
    if (element['type'] === 'button' || element['type'] === 'overflow') continue;
    const actionId = textOf(element['action_id']);
    const given = entered[`${blockId}/${actionId}`] ?? entered[actionId] ?? entered[blockId] ?? initialValues(element);
    values[blockId] = {
      ...values[blockId],
      [actionId]: elementState(element, typeof given === 'string' ? [given] : given),
    };
  }
  return values;
}

/** Input blocks that must be answered and are not: a client does not send these. */
export function blocksWithoutAnswer(blocks: readonly JsonObject[], state: JsonObject): readonly string[] {
  return blocks
    .filter((block) => block['type'] === 'input' && block['optional'] !== true)
    .map((block) => textOf(block['block_id']))
    .filter((id) => isObject(state[id]) && Object.values(state[id]).every((held) => !isObject(held) || isEmpty(held)));
}

function isEmpty(held: JsonObject): boolean {
  return Object.entries(held).every(
    ([key, value]) => key === 'type' || value === null || (Array.isArray(value) && value.length === 0),
  );
}

function plain(text: string): JsonObject {
  return { type: 'plain_text', text };
}

import { actionId, confirm, option, optionGroup, plainText, textObject } from './composition.ts';
import { richText } from './rich-text.ts';
import {
  type Fields,
  type Report,
  type Rule,
  anything,
  choice,
  exactlyOne,
  flag,
  list,
  number,
  object,
  optional,
  text,
  url,
} from './rule.ts';

const action = { action_id: optional(actionId) };
const focus = { focus_on_load: optional(flag) };
const placeholder = { placeholder: optional(plainText(150)) };
const pick = { ...action, ...focus, ...placeholder, confirm: optional(confirm) };
const dispatch = { dispatch_action_config: optional(anything) };
const label = { accessibility_label: optional(text(75)) };
const buttonStyle = optional(choice('primary', 'danger'));

const oneInitial = { initial_option: optional(anything) };
const moreInitial = { initial_options: optional(list(anything, 1, 100)), max_selected_items: optional(number(1)) };
const menu = {
  options: optional(list(option(plainText), 1, 100)),
  option_groups: optional(list(optionGroup, 1, 100)),
};

function staticSelect(type: string, initial: typeof oneInitial | typeof moreInitial): Rule {
  return object({ type: choice(type), ...pick, ...initial, ...menu }, (value, at, report) => {
    exactlyOne(['options', 'option_groups'])(value, at, report);
    initialIsOffered(value, at, report);
  });
}

function externalSelect(type: string, initial: typeof oneInitial | typeof moreInitial): Rule {
  return object({ type: choice(type), ...pick, ...initial, min_query_length: optional(number(0)) });
}

function workspaceSelect(type: string, initial: string): Rule {
  const several = type.startsWith('multi_');
  return object({
    type: choice(type),
    ...pick,
    [initial]: optional(several ? list(text(255), 1, 100) : text(255)),
    ...(several ? { max_selected_items: optional(number(1)) } : { response_url_enabled: optional(flag) }),
    default_to_current_conversation: optional(flag),
    filter: optional(anything),
  });
}

function tickList(type: string, initial: Readonly<Record<string, ReturnType<typeof optional>>>): Rule {
  return object(
    {
      type: choice(type),
      ...action,
      ...focus,
      ...initial,
      confirm: optional(confirm),
      options: list(option(textObject), 1, 10),
    },
    initialIsOffered,
  );
}

function initialIsOffered(value: Fields, at: string, report: Report): void {
  const groups = Array.isArray(value['option_groups']) ? value['option_groups'] : [];
  const lists: readonly unknown[] = [value['options'], ...groups.map((group: Fields) => group['options'])];
  const offered = new Set(
    lists.flatMap((each) => (Array.isArray(each) ? each : [])).map((each) => JSON.stringify(each)),
  );
  const initial = value['initial_options'] ?? (value['initial_option'] === undefined ? [] : [value['initial_option']]);
  if (!Array.isArray(initial)) return;
  if (initial.some((each) => !offered.has(JSON.stringify(each))))
    report(at, 'starts with an option that it does not offer');
}

const feedback = object({ text: plainText(75), value: text(2000), ...label });

/** Every element that Slack knows, by type. */
export const elements: Readonly<Record<string, Rule>> = {
  button: object({
    type: choice('button'),
    ...action,
    ...label,
    text: plainText(75),
    value: optional(text(2000)),
    url: optional(url(3000)),
    style: buttonStyle,
    confirm: optional(confirm),
  }),
  workflow_button: object({
    type: choice('workflow_button'),
    ...action,
    ...label,
    text: plainText(75),
    workflow: anything,
    style: buttonStyle,
  }),
  overflow: object({
    type: choice('overflow'),
    ...action,
    confirm: optional(confirm),
    options: list(option(plainText, true), 1, 5),
  }),
  checkboxes: tickList('checkboxes', { initial_options: optional(list(anything, 1, 10)) }),
  radio_buttons: tickList('radio_buttons', { initial_option: optional(anything) }),
  static_select: staticSelect('static_select', oneInitial),
  multi_static_select: staticSelect('multi_static_select', moreInitial),
  external_select: externalSelect('external_select', oneInitial),
  multi_external_select: externalSelect('multi_external_select', moreInitial),
  users_select: workspaceSelect('users_select', 'initial_user'),
  multi_users_select: workspaceSelect('multi_users_select', 'initial_users'),
  conversations_select: workspaceSelect('conversations_select', 'initial_conversation'),
  multi_conversations_select: workspaceSelect('multi_conversations_select', 'initial_conversations'),
  channels_select: workspaceSelect('channels_select', 'initial_channel'),
  multi_channels_select: workspaceSelect('multi_channels_select', 'initial_channels'),
  datepicker: object({ type: choice('datepicker'), ...pick, initial_date: optional(text(10)) }),
  timepicker: object({
    type: choice('timepicker'),
    ...pick,
    initial_time: optional(text(5)),
    timezone: optional(text(255)),
  }),
  datetimepicker: object({
    type: choice('datetimepicker'),
    ...action,
    ...focus,
    confirm: optional(confirm),
    initial_date_time: optional(number(0)),
  }),
  plain_text_input: object({
    type: choice('plain_text_input'),
    ...action,
    ...focus,
    ...placeholder,
    ...dispatch,
    initial_value: optional(text(3000, 0)),
    multiline: optional(flag),
    min_length: optional(number(0, 3000)),
    max_length: optional(number(1, 3000)),
    min_lines: optional(number(1, 100)),
    max_lines: optional(number(1, 100)),
  }),
  rich_text_input: object({
    type: choice('rich_text_input'),
    ...action,
    ...focus,
    ...placeholder,
    ...dispatch,
    initial_value: optional(richText),
    min_lines: optional(number(1, 100)),
    max_lines: optional(number(1, 100)),
  }),
  email_text_input: object({
    type: choice('email_text_input'),
    ...action,
    ...focus,
    ...placeholder,
    ...dispatch,
    initial_value: optional(text(3000, 0)),
  }),
  url_text_input: object({
    type: choice('url_text_input'),
    ...action,
    ...focus,
    ...placeholder,
    ...dispatch,
    initial_value: optional(text(3000, 0)),
  }),
  number_input: object({
    type: choice('number_input'),
    ...action,
    ...focus,
    ...placeholder,
    ...dispatch,
    is_decimal_allowed: flag,
    initial_value: optional(text(255)),
    min_value: optional(text(255)),
    max_value: optional(text(255)),
  }),
  file_input: object({
    type: choice('file_input'),
    ...action,
    filetypes: optional(list(text(255), 1, 100)),
    max_files: optional(number(1, 10)),
  }),
  feedback_buttons: object({
    type: choice('feedback_buttons'),
    ...action,
    positive_button: feedback,
    negative_button: feedback,
  }),
  icon_button: object({
    type: choice('icon_button'),
    ...action,
    ...label,
    icon: text(255),
    text: plainText(75),
    value: optional(text(2000)),
    confirm: optional(confirm),
    visible_to_user_ids: optional(list(text(255), 1, 10)),
  }),
};

const menus = Object.keys(elements).filter((type) => type.endsWith('_select'));
const pickers = ['checkboxes', 'radio_buttons', 'datepicker', 'timepicker'];

export const inActions = [
  'button',
  'workflow_button',
  'overflow',
  'datetimepicker',
  'rich_text_input',
  ...pickers,
  ...menus,
];
export const inAccessory = ['button', 'workflow_button', 'overflow', ...pickers, ...menus];
export const modalInputs = ['email_text_input', 'url_text_input', 'number_input', 'file_input'];
export const inInput = ['plain_text_input', 'rich_text_input', 'datetimepicker', ...pickers, ...menus];

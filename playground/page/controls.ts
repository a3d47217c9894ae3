import { createElement as h, type ReactNode } from 'react';
import { isObject, objectsOf, textOf, type JsonObject } from '../json.ts';
import { initialValues } from '../slack/element-state.ts';
import type { Drawing } from './blocks.ts';
import { safeHref } from './escapes.ts';

export interface ControlDrawing extends Drawing {
  readonly blockId: string;
  /** What stands beside it, for those who do not see that it does. */
  readonly label: string;
}

/** An element that people act on, as the browser's own control; the page's script sends what is done to it. */
export function drawControl(element: JsonObject, drawing: ControlDrawing): ReactNode {
  const type = textOf(element['type']);
  if (type === 'button' || type === 'workflow_button') return drawButton(element, drawing);
  if (type === 'overflow') return drawOverflow(element, drawing);
  if (type === 'feedback_buttons') return drawFeedback(element, drawing);
  if (type === 'icon_button')
    return h('button', { type: 'button', className: 'button', ...dataOf(element, drawing, 'click') }, '🗑');
  if (type === 'checkboxes' || type === 'radio_buttons') return drawChoices(element, drawing);
  if (type.endsWith('external_select')) return drawExternal(element, drawing);
  if (type.endsWith('_select')) return drawSelect(element, drawing);
  return drawTextField(element, drawing);
}

type Deed = 'click' | 'choose' | 'hold';

function dataOf(element: JsonObject, { blockId, inModal }: ControlDrawing, deed: Deed): Record<string, string> {
  const dispatches = deed !== 'choose' || inModal !== true;
  return {
    'data-deed': dispatches ? deed : 'hold',
    'data-block': blockId,
    'data-action': textOf(element['action_id']),
    ...(isObject(element['confirm']) ? { 'data-confirm': confirmText(element['confirm']) } : {}),
  };
}

function confirmText(confirm: JsonObject): string {
  return [confirm['title'], confirm['text']].map((part) => (isObject(part) ? textOf(part['text']) : '')).join('\n\n');
}

function nameOf(element: JsonObject, drawing: ControlDrawing): Record<string, string> {
  const placeholder = isObject(element['placeholder']) ? textOf(element['placeholder']['text']) : '';
  return {
    id: `field-${drawing.blockId}`,
    'aria-label': textOf(element['accessibility_label']) || placeholder || drawing.label,
  };
}

function drawButton(element: JsonObject, drawing: ControlDrawing): ReactNode {
  const words = isObject(element['text']) ? textOf(element['text']['text']) : '';
  const style = textOf(element['style']);
  const spoken = textOf(element['accessibility_label']);
  const props = {
    className: style === '' ? 'button' : `button ${style}`,
    ...dataOf(element, drawing, 'click'),
    ...(spoken === '' ? {} : { 'aria-label': spoken }),
  };
  const href = safeHref(textOf(element['url']));
  if (href !== null) return h('a', { ...props, href, target: '_blank', rel: 'noreferrer' }, words);
  return h('button', { type: 'button', ...props }, words);
}

function drawOverflow(element: JsonObject, drawing: ControlDrawing): ReactNode {
  const options = objectsOf(element['options']).map((option, index) =>
    h(
      'button',
      { key: index, type: 'button', ...dataOf(element, drawing, 'click'), 'data-value': textOf(option['value']) },
      optionText(option),
    ),
  );
  return h(
    'details',
    { className: 'overflow' },
    h('summary', { 'aria-label': textOf(element['accessibility_label']) || 'More actions' }, '⋯'),
    h('div', { className: 'menu' }, options),
  );
}

function drawFeedback(element: JsonObject, drawing: ControlDrawing): ReactNode {
  return ['positive_button', 'negative_button'].map((key) => {
    const button = element[key];
    if (!isObject(button)) return null;
    return h(
      'button',
      {
        key,
        type: 'button',
        className: 'button',
        ...dataOf(element, drawing, 'click'),
        'data-value': textOf(button['value']),
      },
      isObject(button['text']) ? textOf(button['text']['text']) : '',
    );
  });
}

function drawChoices(element: JsonObject, drawing: ControlDrawing): ReactNode {
  const type = element['type'] === 'checkboxes' ? 'checkbox' : 'radio';
  const chosen = initialValues(element);
  const action = textOf(element['action_id']);
  const options = objectsOf(element['options']).map((option, index) => {
    const value = textOf(option['value']);
    const description = isObject(option['description'])
      ? h('span', { className: 'quiet' }, ` ${textOf(option['description']['text'])}`)
      : null;
    return h(
      'label',
      { key: index },
      h('input', { type, name: `${drawing.blockId}-${action}`, value, defaultChecked: chosen.includes(value) }),
      ' ',
      optionText(option),
      description,
    );
  });
  return h('fieldset', { ...dataOf(element, drawing, 'choose'), 'aria-label': drawing.label }, options);
}

function drawSelect(element: JsonObject, drawing: ControlDrawing): ReactNode {
  const multiple = textOf(element['type']).startsWith('multi_');
  const chosen = initialValues(element);
  const placeholder = isObject(element['placeholder']) ? textOf(element['placeholder']['text']) : 'Choose…';
  const groups = objectsOf(element['option_groups']).map((group, index) =>
    h(
      'optgroup',
      { key: index, label: isObject(group['label']) ? textOf(group['label']['text']) : '' },
      objectsOf(group['options']).map(drawOption),
    ),
  );
  return h(
    'select',
    {
      ...nameOf(element, drawing),
      ...dataOf(element, drawing, 'choose'),
      multiple,
      defaultValue: multiple ? [...chosen] : (chosen[0] ?? ''),
    },
    multiple ? null : h('option', { value: '' }, placeholder),
    choicesOf(element, drawing).map(drawOption),
    groups,
  );
}

function choicesOf(element: JsonObject, { workspace }: ControlDrawing): readonly JsonObject[] {
  const named = (value: string, text: string): JsonObject => ({ value, text: { type: 'plain_text', text } });
  const type = textOf(element['type']).replace('multi_', '');
  if (type === 'users_select') return workspace.people.map(({ id, realName }) => named(id, realName));
  if (type === 'static_select') return objectsOf(element['options']);
  return workspace.channels.filter((channel) => !channel.direct).map(({ id, name }) => named(id, `#${name}`));
}

function drawOption(option: JsonObject, index: number): ReactNode {
  return h('option', { key: index, value: textOf(option['value']) }, optionText(option));
}

/** Its options come from the app while somebody types. */
function drawExternal(element: JsonObject, drawing: ControlDrawing): ReactNode {
  const list = `list-${drawing.blockId}-${textOf(element['action_id'])}`;
  return h(
    'span',
    null,
    h('input', {
      ...nameOf(element, drawing),
      ...dataOf(element, drawing, 'choose'),
      'data-suggest': typeof element['min_query_length'] === 'number' ? element['min_query_length'] : 3,
      list,
      autoComplete: 'off',
    }),
    h('datalist', { id: list }),
  );
}

const inputTypes: Readonly<Record<string, string>> = {
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
};

function drawTextField(element: JsonObject, drawing: ControlDrawing): ReactNode {
  const type = textOf(element['type']);
  const [value = ''] = initialValues(element);
  const picks = type.endsWith('picker');
  const props = {
    ...nameOf(element, drawing),
    ...dataOf(element, drawing, picks ? 'choose' : 'hold'),
    ...(type === 'datetimepicker' ? { 'data-moment': value || undefined } : { defaultValue: value }),
    ...(isObject(element['placeholder']) ? { placeholder: textOf(element['placeholder']['text']) } : {}),
    ...(typeof element['max_length'] === 'number' ? { maxLength: element['max_length'] } : {}),
  };
  return element['multiline'] === true
    ? h('textarea', { rows: 4, ...props })
    : h('input', { type: inputTypes[type] ?? 'text', ...props });
}

function optionText(option: JsonObject): string {
  return isObject(option['text']) ? textOf(option['text']['text']) : '';
}

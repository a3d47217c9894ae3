import type { InputBlock, ModalView, PlainTextElement, PlainTextInput, PlainTextOption } from '@slack/types';
import { shorten } from '../../domain/shorten.ts';

const longestTitle = 24;
const longestLabel = 75;
const longestValue = 150;
export const mostOptions = 100;
/** Slack's limit for what is in a text field from the start. */
export const longestText = 3000;

export function plain(text: string, limit = longestLabel): PlainTextElement {
  return { type: 'plain_text', text: shorten(text, limit), emoji: false };
}

export function modal(
  callback: string,
  view: Pick<ModalView, 'blocks'> & { readonly title: string; readonly submit?: string; readonly about: string },
): ModalView {
  return {
    type: 'modal',
    callback_id: callback,
    private_metadata: view.about,
    title: plain(view.title, longestTitle),
    close: plain(view.submit === undefined ? 'Close' : 'Cancel', longestTitle),
    ...(view.submit === undefined ? {} : { submit: plain(view.submit, longestTitle) }),
    blocks: view.blocks,
  };
}

/** A field with one element; block and action have the same name, by which its value is found again. */
export function field(
  name: string,
  { label, hint, optional = true }: { readonly label: string; readonly hint?: string; readonly optional?: boolean },
  element: InputBlock['element'],
): InputBlock {
  return {
    type: 'input',
    block_id: name,
    optional,
    label: plain(label, 200),
    ...(hint === undefined ? {} : { hint: plain(hint, 300) }),
    element: { ...element, action_id: name },
  };
}

export function textInput(given: {
  readonly value?: string;
  readonly placeholder?: string;
  readonly multiline?: boolean;
  readonly most?: number;
}): PlainTextInput {
  const { value = '', placeholder, multiline = false, most = longestText } = given;
  return {
    type: 'plain_text_input',
    multiline,
    max_length: most,
    ...(value === '' ? {} : { initial_value: cut(value, most) }),
    ...(placeholder === undefined ? {} : { placeholder: plain(placeholder, 150) }),
  };
}

/** Well-formed, and with the line breaks that one field allows. */
function cut(text: string, most: number): string {
  const whole = text.toWellFormed();
  return whole.length <= most ? whole : shorten(whole, most);
}

/** Null for a name that no menu can hold. */
export function optionOf(label: string, value: string, description = ''): PlainTextOption | null {
  const text = shorten(label, longestLabel);
  if (text === '' || value === '' || value.length > longestValue || !value.isWellFormed()) return null;
  const more = shorten(description, longestLabel);
  return { text: plain(text), value, ...(more === '' ? {} : { description: plain(more) }) };
}

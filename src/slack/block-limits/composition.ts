import { type Rule, byType, choice, exactlyOne, flag, list, object, optional, text, url } from './rule.ts';

export const blockId = text(255);
export const actionId = text(255);

export function plainText(max: number): Rule {
  return object({ type: choice('plain_text'), text: text(max), emoji: optional(flag) });
}

export function mrkdwn(max: number): Rule {
  return object({ type: choice('mrkdwn'), text: text(max), verbatim: optional(flag) });
}

export function textObject(max: number): Rule {
  return byType('text', { plain_text: plainText(max), mrkdwn: mrkdwn(max) });
}

export const confirm = object({
  title: optional(plainText(100)),
  text: textObject(300),
  confirm: optional(plainText(30)),
  deny: optional(plainText(30)),
  style: optional(choice('primary', 'danger')),
});

/** Check boxes and radio buttons format their labels; menus do not. */
export function option(label: (max: number) => Rule, withUrl = false): Rule {
  return object({
    text: label(75),
    value: text(150),
    description: optional(label(75)),
    ...(withUrl ? { url: optional(url(3000)) } : {}),
  });
}

export const optionGroup = object({ label: plainText(75), options: list(option(plainText), 1, 100) });

const imageFields = {
  alt_text: text(2000),
  image_url: optional(url(3000)),
  slack_file: optional(object({ id: optional(text(255)), url: optional(url(3000)) }, exactlyOne(['id', 'url']))),
};

export const imageElement = object({ type: choice('image'), ...imageFields }, exactlyOne(['image_url', 'slack_file']));

export const imageBlock = object(
  { type: choice('image'), block_id: optional(blockId), title: optional(plainText(2000)), ...imageFields },
  exactlyOne(['image_url', 'slack_file']),
);

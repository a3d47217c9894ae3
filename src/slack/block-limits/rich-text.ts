import { blockId } from './composition.ts';
import { type Rule, byType, choice, flag, list, number, object, optional, text, url } from './rule.ts';

const many = 1000;
const style = optional(
  object({
    bold: optional(flag),
    italic: optional(flag),
    strike: optional(flag),
    code: optional(flag),
    underline: optional(flag),
    highlight: optional(flag),
    client_highlight: optional(flag),
    unlink: optional(flag),
  }),
);
const id = text(255);
const longest = 12_000;

const inline: Readonly<Record<string, Rule>> = {
  text: object({ type: choice('text'), text: text(longest), style }),
  link: object({ type: choice('link'), url: url(3000), text: optional(text(longest)), unsafe: optional(flag), style }),
  date: object({
    type: choice('date'),
    timestamp: number(0),
    format: text(255),
    url: optional(url(3000)),
    fallback: optional(text(255)),
    style,
  }),
  emoji: object({
    type: choice('emoji'),
    name: text(255),
    unicode: optional(text(255)),
    url: optional(url(3000)),
    style,
  }),
  user: object({ type: choice('user'), user_id: id, style }),
  usergroup: object({ type: choice('usergroup'), usergroup_id: id, style }),
  channel: object({ type: choice('channel'), channel_id: id, style }),
  team: object({ type: choice('team'), team_id: id, style }),
  broadcast: object({ type: choice('broadcast'), range: choice('here', 'channel', 'everyone'), style }),
  color: object({ type: choice('color'), value: text(255), style }),
};

const section = object({ type: choice('rich_text_section'), elements: list(byType('rich text', inline), 0, many) });
const border = optional(number(0, 1));

const parts: Readonly<Record<string, Rule>> = {
  rich_text_section: section,
  rich_text_list: object({
    type: choice('rich_text_list'),
    style: choice('bullet', 'ordered'),
    elements: list(byType('list item', { rich_text_section: section }), 1, many),
    indent: optional(number(0, 8)),
    offset: optional(number(0)),
    border,
  }),
  rich_text_quote: object({
    type: choice('rich_text_quote'),
    elements: list(byType('rich text', inline), 1, many),
    border,
  }),
  rich_text_preformatted: object({
    type: choice('rich_text_preformatted'),
    elements: list(byType('rich text', inline, ['text', 'link']), 1, many),
    border,
  }),
};

export const richText = object({
  type: choice('rich_text'),
  block_id: optional(blockId),
  elements: list(byType('rich text', parts), 1, many),
});

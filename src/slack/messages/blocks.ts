import type { Button, ContextBlock, SectionBlock } from '@slack/types';

const sectionLength = 2900;

/** Shown whole: Slack folds long sections otherwise, and what is folded away is not read. */
export function section(text: string): SectionBlock {
  return { type: 'section', expand: true, text: { type: 'mrkdwn', text, verbatim: true } };
}

export function context(text: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}

/** Lines in as few sections as Slack's limit allows. No line may be longer than a section. */
export function sections(lines: readonly string[]): readonly SectionBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last === undefined || last.length + line.length + 1 > sectionLength) texts.push(line);
    else texts[texts.length - 1] = `${last}\n${line}`;
  }
  return texts.map(section);
}

export function button(action: string, { label, value }: { readonly label: string; readonly value: string }): Button {
  return { type: 'button', action_id: action, text: { type: 'plain_text', text: label, emoji: false }, value };
}

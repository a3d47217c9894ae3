import type { SlackContext } from './context.ts';

const mention = /<@([UW][A-Z0-9]{1,30})(?:\|([^<>]*))?>/g;
/** Whoever mentions more people than this is not talking to each of them. */
const mostNames = 10;

/**
 * What a person wrote, as people read it: Slack's markup for people, channels, links and times becomes words, its
 * escapes become what they stand for. Line breaks and everything else stay.
 */
export function spokenText(text: string, names: ReadonlyMap<string, string>): string {
  return text
    .replaceAll(mention, (_, id: string, name: string | undefined) => `@${names.get(id) ?? (name || id)}`)
    .replaceAll(/<#[A-Z0-9]{1,30}(?:\|([^<>]*))?>/g, (_, name: string | undefined) =>
      name === undefined || name === '' ? 'a private channel' : `#${name}`,
    )
    .replaceAll(/<!date\^\d{1,12}\^[^<>|]*\|([^<>]*)>/g, '$1')
    .replaceAll(/<!(?:subteam\^[A-Z0-9]+)(?:\|([^<>]*))?>/g, (_, name: string | undefined) => name || '@a group')
    .replaceAll(/<!(here|channel|everyone)(?:\|[^<>]*)?>/g, '@$1')
    .replaceAll(/<((?:https?:\/\/|mailto:|tel:)[^<>|]*)(?:\|([^<>]*))?>/g, linkWords)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

function linkWords(_: string, url: string, words: string | undefined): string {
  const address = url.replace(/^(mailto|tel):/, '');
  if (words === undefined || words === '' || url.includes(words)) return address;
  return `${words} (${address})`;
}

/** As `spokenText`, with the names of the people in it looked up. */
export async function spoken({ who }: Pick<SlackContext, 'who'>, text: string): Promise<string> {
  const ids = [...new Set(Array.from(text.matchAll(mention), ([, id = '']) => id))].slice(0, mostNames);
  const people = await Promise.all(ids.map((id) => who(id)));
  const names = people.flatMap((person) => (person.outcome === 'member' ? [[person.id, person.name] as const] : []));
  return spokenText(text, new Map(names));
}

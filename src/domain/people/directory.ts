import type { Person } from './person.ts';

export interface KnownPerson {
  readonly name: string;
  /** A member id. */
  readonly slack: string | null;
  readonly github: string | null;
  readonly email: string | null;
}

/** What the settings say about people and what they look after. */
export interface Directory {
  readonly people: readonly KnownPerson[];
  /** By name, lower-case. */
  readonly services: ReadonlyMap<string, { readonly owners: readonly string[]; readonly lead: string | null }>;
}

const memberId = /^[UW][A-Z0-9]{2,}$/;
/** `Ada Lovelace <ada@example.com>` */
const signed = /^\s*(.*?)\s*<([^<>]+)>\s*$/;
/** `1234+ada-l@users.noreply.github.com` */
const hidden = /^(?:\d+\+)?([^@]+)@users\.noreply\.(?:github\.com|[\w.-]+)$/i;
const machine = /\[bot\]$|^(?:github-actions|dependabot|renovate|web-flow)$/i;

/** Who that is: as git or the git host calls them, a member id, or a name of the settings (`@ada`). Null: a machine. */
export function personOf(directory: Directory, who: string): Person | null {
  const text = who.trim();
  if (text === '' || machine.test(text)) return null;
  const [, name = text, email = text] = signed.exec(text) ?? [];
  const login = hidden.exec(email)?.[1] ?? text;
  const known =
    directory.people.find(({ slack }) => slack !== null && slack === text) ??
    directory.people.find(({ email: theirs }) => isText(theirs, email)) ??
    directory.people.find(({ github }) => isText(github, login) || isText(github, text.replace(/^@/, ''))) ??
    directory.people.find((each) => isText(each.name, name) || isText(each.name, text.replace(/^@/, '')));
  if (known !== undefined) return { slackId: known.slack, name: known.name };
  if (memberId.test(text)) return { slackId: text, name: text };
  return machine.test(login) || machine.test(name) ? null : { slackId: null, name: name === '' ? email : name };
}

function isText(one: string | null, other: string): boolean {
  return one !== null && one.toLowerCase() === other.toLowerCase();
}

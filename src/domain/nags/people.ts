import type { Backport } from '../backport.ts';
import { isSame } from './actor.ts';
import type { Person } from './nag.ts';

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

/** Who looks after it: whoever made it or was handed it; where Slack does not know them, who owns the service. */
export function ownerOf(directory: Directory, { owner, service }: Pick<Backport, 'owner' | 'service'>): Person | null {
  const made = owner === null ? null : personOf(directory, owner);
  if (made !== null && made.slackId !== null) return made;
  return ownersOf(directory, service)[0] ?? made;
}

/** Who puts on the mirror what has landed: the first who owns the service. */
export function deployerOf(directory: Directory, service: string | null): Person | null {
  return ownersOf(directory, service)[0] ?? null;
}

/** Who is addressed in the thread: the first of the owners that is no person, a team; else the second person. */
export function teamOf(directory: Directory, service: string | null): Person | null {
  const owners = namedFor(directory, service)?.owners ?? [];
  const team = owners.find((each) => personOf(directory, each)?.slackId === null);
  if (team !== undefined) return { slackId: null, name: team.replace(/^@/, '') };
  return ownersOf(directory, service)[1] ?? null;
}

/** Whom the settings name as the `lead`; else the second person who owns the service. Null: nobody. */
export function leadOf(directory: Directory, service: string | null): Person | null {
  const named = namedFor(directory, service)?.lead ?? null;
  const person = named === null ? null : personOf(directory, named);
  return person === null || person.slackId === null ? (ownersOf(directory, service)[1] ?? null) : person;
}

/** Who may be the second person for a waiver, the likeliest first. */
export function secondsOf(directory: Directory, service: string | null, owner: Person | null): readonly Person[] {
  const asked = [leadOf(directory, service), ...ownersOf(directory, service), owner].filter((each) => each !== null);
  return asked.filter((each, index) => asked.findIndex((other) => isSame(each, other)) === index);
}

/** The owners of a service who are people in Slack. */
function ownersOf(directory: Directory, service: string | null): readonly Person[] {
  const owners = namedFor(directory, service)?.owners ?? [];
  return owners
    .map((each) => personOf(directory, each))
    .filter((each) => each !== null)
    .filter(isMember);
}

function isMember({ slackId }: Person): boolean {
  return slackId !== null;
}

function namedFor({ services }: Directory, service: string | null) {
  return service === null ? undefined : services.get(service.toLowerCase());
}

function isText(one: string | null, other: string): boolean {
  return one !== null && one.toLowerCase() === other.toLowerCase();
}

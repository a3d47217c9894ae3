import { bareName, isMachine, isMemberId, readIdentity } from './identity.ts';
import type { Person } from './person.ts';

export interface KnownPerson {
  /** To be shown. */
  readonly name: string;
  /** What the settings call them. What Slack calls somebody is none of it: anybody may choose that. */
  readonly names: readonly string[];
  /** A member id. */
  readonly slack: string | null;
  /** Logins and e-mail addresses, and names that git has: the best known first. */
  readonly identities: readonly string[];
  /** Those of them of which it was said that they are logins at GitHub. Absent: nobody said so of any. */
  readonly gitHub?: readonly string[];
}

export interface OwnersOf {
  readonly owners: readonly string[];
  readonly lead: string | null;
}

/** Who is who, and looks after what. */
export interface Directory {
  readonly people: readonly KnownPerson[];
  /** By name, lower-case. */
  readonly services: ReadonlyMap<string, OwnersOf>;
  readonly bySlack: ReadonlyMap<string, KnownPerson>;
  /** Lower-case; what several have is the first's. */
  readonly byIdentity: ReadonlyMap<string, KnownPerson>;
  readonly byName: ReadonlyMap<string, KnownPerson>;
}

/** `former`: who had a member id and cannot be addressed by it any more. */
export function directoryFrom(
  people: readonly KnownPerson[],
  services: Directory['services'],
  former: Iterable<readonly [slackId: string, person: KnownPerson]> = [],
): Directory {
  const members = people.flatMap((each) => (each.slack === null ? [] : [[each.slack, each] as const]));
  return {
    people,
    services,
    bySlack: firstOf([...members, ...former]),
    byIdentity: firstOf(people.flatMap((each) => each.identities.map((key) => [key.toLowerCase(), each] as const))),
    byName: firstOf(people.flatMap((each) => each.names.map((name) => [name.toLowerCase(), each] as const))),
  };
}

/** Who that is: as git or a git host calls them, a member id, or a name of the settings (`@ada`). Null: a machine. */
export function personOf(directory: Directory, who: string): Person | null {
  const identity = readIdentity(who);
  if (identity === null) return null;
  const known = knownAs(directory, who);
  if (known !== null) return { slackId: known.slack, name: known.name };
  if (isMemberId(identity.text)) return { slackId: identity.text, name: identity.text };
  return isMachine(identity) ? null : { slackId: null, name: identity.name };
}

/** Null: nobody said who that is. */
export function knownAs({ bySlack, byIdentity, byName }: Directory, who: string): KnownPerson | null {
  const identity = readIdentity(who);
  if (identity === null) return null;
  const { text, name, keys } = identity;
  const names = [name.toLowerCase(), bareName(text).toLowerCase()];
  return bySlack.get(text) ?? first(keys, byIdentity) ?? first(names, byName) ?? null;
}

/** What somebody is called at GitHub, lower-case, as far as anybody said so. */
export function gitHubLoginsOf(directory: Directory, who: string): readonly string[] {
  return knownAs(directory, who)?.gitHub ?? [];
}

/** All that this person is called, lower-case. */
export function namesOf({ names, identities }: KnownPerson): readonly string[] {
  return [...new Set([...identities, ...names].map((each) => each.toLowerCase()))];
}

/** Who is named as somebody who looks after these services. */
export function namedIn({ services }: Pick<Directory, 'services'>, names: readonly string[]): readonly string[] {
  return names.flatMap((each) => {
    const { owners = [], lead = null } = services.get(each.toLowerCase()) ?? {};
    return lead === null ? owners : [...owners, lead];
  });
}

function first<Value>(keys: readonly string[], among: ReadonlyMap<string, Value>): Value | undefined {
  for (const key of keys) {
    const found = among.get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstOf<Value>(entries: readonly (readonly [string, Value])[]): ReadonlyMap<string, Value> {
  const all = new Map<string, Value>();
  for (const [key, value] of entries) if (!all.has(key)) all.set(key, value);
  return all;
}

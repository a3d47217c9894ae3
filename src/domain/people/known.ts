import { type Directory, type KnownPerson, directoryFrom } from './directory.ts';
import type { IdentityKind } from './link-command.ts';

/** That a member of Slack is called so. */
export interface Claim {
  /** Lower-case. */
  readonly identity: string;
  readonly slackId: string;
  /** Where it is a login, if they said so. */
  readonly kind?: IdentityKind;
}

/** What is known beyond the settings. */
export interface Known {
  /** What people said of themselves, or administrators decided. */
  readonly links: readonly Claim[];
  /** Identities of which an administrator said that they are nobody's. */
  readonly nobodys: ReadonlySet<string>;
  /** Whose e-mail address it is, as Slack says. */
  readonly finds: readonly Claim[];
  /** Of members by id: whether they are full members now, and what Slack calls them. */
  readonly standings: ReadonlyMap<string, { readonly member: boolean; readonly name: string }>;
  /** Whether somebody is a full member about whom Slack was not asked. */
  readonly unasked: boolean;
}

/**
 * The settings with what else is known. What the settings say stands; then what people said; then what Slack knows.
 * Nobody is addressed who is no full member now: their names stay, as text.
 */
export function directoryWith(settings: Directory, known: Known): Directory {
  const isMember = (slackId: string) => known.standings.get(slackId)?.member ?? known.unasked;
  const linked = new Set(known.links.map(({ identity }) => identity));
  const claims = [
    ...known.links,
    ...known.finds.filter(({ identity }) => !linked.has(identity) && !known.nobodys.has(identity)),
  ].filter(({ slackId }) => isMember(slackId));
  const bySettings = settledPeople(settings, claims);
  const rest = claims.filter(({ identity }) => settingsSay(settings, identity) === null);
  const byMember = Map.groupBy(rest, ({ slackId }) => slackId);
  const people = bySettings.map(({ person, slackId }): KnownPerson => {
    const more = slackId === null ? [] : (byMember.get(slackId) ?? []);
    if (slackId !== null) byMember.delete(slackId);
    const slack = slackId !== null && isMember(slackId) ? slackId : null;
    return {
      ...person,
      slack,
      identities: [...person.identities, ...more.map(({ identity }) => identity)],
      gitHub: [...(person.gitHub ?? []), ...gitHubIn(more)],
    };
  });
  const others = [...byMember].map(([slack, said]): KnownPerson => ({
    name: nameOf(known, slack),
    names: [],
    slack,
    identities: said.map(({ identity }) => identity),
    gitHub: gitHubIn(said),
  }));
  const former = bySettings.flatMap(({ slackId }, index) => {
    const person = people[index];
    return slackId === null || person === undefined || person.slack !== null ? [] : [[slackId, person] as const];
  });
  const named = [...known.standings].map(
    ([id, { member }]) =>
      [id, { name: nameOf(known, id), names: [], slack: member ? id : null, identities: [] }] as const,
  );
  return directoryFrom([...people, ...others], settings.services, [...former, ...named]);
}

function gitHubIn(claims: readonly Claim[]): readonly string[] {
  return claims.flatMap(({ identity, kind }) => (kind === 'github' ? [identity] : []));
}

/** Whom the settings have for an identity or a name; null: they say nothing of it. */
export function settingsSay({ byIdentity, byName }: Directory, identity: string): KnownPerson | null {
  return byIdentity.get(identity) ?? byName.get(identity) ?? null;
}

interface Settled {
  readonly person: KnownPerson;
  /** Whether or not they are a full member. */
  readonly slackId: string | null;
}

/** Where the settings do not say who somebody is in Slack, one member who said so, of any of their names, is. */
function settledPeople(settings: Directory, claims: readonly Claim[]): readonly Settled[] {
  const claimed = Map.groupBy(claims, ({ identity }) => settingsSay(settings, identity));
  return settings.people.map((person) => {
    const claimants = new Set((claimed.get(person) ?? []).map(({ slackId }) => slackId));
    const [only = null] = claimants.size === 1 ? claimants : [];
    return { person, slackId: person.slack ?? only };
  });
}

function nameOf({ standings }: Known, slackId: string): string {
  const name = standings.get(slackId)?.name ?? '';
  return name === '' ? slackId : name;
}

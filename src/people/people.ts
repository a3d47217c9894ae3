import { type Directory, type KnownPerson, knownAs, namedIn, namesOf, personOf } from '../domain/people/directory.ts';
import { addressesIn, isMemberId, readIdentity } from '../domain/people/identity.ts';
import { directoryWith, settingsSay } from '../domain/people/known.ts';
import type { Person } from '../domain/people/person.ts';
import { type Claimed, type NewClaim, type Unclaimed, claim, unclaim } from './claims.ts';
import { type Conflicts, type Decided, type Decision, decideConflict, openConflicts } from './conflicts.ts';
import type { NamesOf } from '../timeline/suspect-background.ts';
import { findWanted, forgetUnneeded, wantFinds } from './finds.ts';
import { type Links, linksOf } from './links.ts';
import { readKnown } from './read.ts';
import type { Asking } from './slack-people.ts';
import { type StandingDependencies, standingsOf } from './standings.ts';

export interface Concerned {
  /** Logins, names, e-mail addresses, member ids. */
  readonly identities: readonly string[];
  /** By name: whoever looks after them is concerned too. */
  readonly services?: readonly string[];
  /** Who has left stays who they were: for who looks before telling them anything, and says that they have left. */
  readonly leavers?: boolean;
}

/** Who is who: the settings first, then what people said of themselves, then the addresses that Slack knows. */
export interface People {
  /**
   * Whom a login, a name or an address of git (`Ada <ada@example.com>`), a member id or `@ada` means. `slackId` is null
   * where nobody said, or they are no full member of the workspace any more. Null: a machine.
   */
  readonly personOf: (identity: string) => Promise<Person | null>;
  /**
   * Every login, name and e-mail address of a member, lower-case as `changes.actors` has them, the best known first.
   * Empty: nobody said, or no full member.
   */
  readonly identitiesOf: (slackId: string) => Promise<readonly string[]>;
  /** Every name of whoever has each of these names, by the lower-case name; Slack is not asked, and nobody addressed by it. */
  readonly namesOf: NamesOf;
  /** The settings with all that is known of those who are concerned. Nobody else is addressed by it. */
  readonly directoryOf: (concerned: Concerned) => Promise<Directory>;
  /** The same for what must not be told to the wrong person: rejects while Slack cannot be asked. */
  readonly surely: (concerned: Concerned) => Promise<Directory>;
  readonly linksOf: (slackId: string) => Promise<Links>;
  readonly claim: (claimed: NewClaim) => Promise<Claimed>;
  readonly unclaim: (claimed: Pick<NewClaim, 'identity' | 'by'>) => Promise<Unclaimed>;
  readonly conflicts: () => Promise<Conflicts>;
  readonly decide: (decision: Decision) => Promise<Decided>;
  /** Once a minute: asks Slack what was wanted, and forgets what is not needed. */
  readonly tend: () => Promise<void>;
}

export interface PeopleDependencies extends StandingDependencies {
  /** Of the settings. */
  readonly settings: Directory;
}

export function createPeople(dependencies: PeopleDependencies): People {
  const { db, now } = dependencies;
  const directoryOf = (concerned: Concerned) => directoryFor(dependencies, concerned, 'few');
  return {
    directoryOf,
    surely: (concerned) => directoryFor(dependencies, concerned, 'all'),
    personOf: async (identity) => personOf(await directoryOf({ identities: [identity] }), identity),
    identitiesOf: async (slackId) => {
      const { people } = await directoryOf({ identities: [slackId] });
      return people.filter(({ slack }) => slack === slackId).flatMap(namesOf);
    },
    namesOf: createNamesOf(dependencies),
    linksOf: (slackId) => linksOf(dependencies, slackId),
    claim: (claimed) => claim(dependencies, claimed),
    unclaim: (claimed) => unclaim(dependencies, claimed),
    conflicts: () => openConflicts(db),
    decide: (decision) => decideConflict(dependencies, decision),
    tend: async () => {
      await findWanted(dependencies);
      await forgetUnneeded(db, now());
    },
  };
}

/** For who answers questions only, without Slack. */
export function createNamesOf({ db, settings }: Pick<PeopleDependencies, 'db' | 'settings'>): NamesOf {
  const dependencies = { db, settings, slack: null, now: () => new Date(0) };
  return async (actors) => {
    const directory = await directoryFor(dependencies, { identities: actors }, 'never');
    return new Map(
      actors.flatMap((actor) => {
        const known = knownAs(directory, actor);
        return known === null ? [] : [[actor.toLowerCase(), namesOf(known)] as const];
      }),
    );
  };
}

async function directoryFor(
  dependencies: PeopleDependencies,
  { identities, services = [], leavers = false }: Concerned,
  asking: Asking,
): Promise<Directory> {
  const { db, settings, slack, now } = dependencies;
  const read = [...new Set([...identities, ...namedIn(settings, services)])].flatMap((who) => readIdentity(who) ?? []);
  const entries = new Set(read.flatMap(({ text }) => knownAs(settings, text) ?? []));
  const keys = [...read.flatMap((each) => each.keys), ...[...entries].flatMap(namesOf)];
  const members = [
    ...[...entries].flatMap(({ slack: id }) => id ?? []),
    ...read.flatMap(({ text }) => (isMemberId(text) ? [text] : [])),
  ];
  if (slack !== null && asking !== 'never') {
    await wantFinds(db, read.flatMap(addressesIn).filter(isUnsettled(settings)), now());
    if (asking === 'all') await findWanted(dependencies);
  }
  const known = await readKnown(db, { keys, slackIds: members });
  const claimants = [...known.links, ...known.finds].map(({ slackId }) => slackId);
  const told = await standingsOf(dependencies, [...members, ...claimants], asking);
  const standings = new Map(
    [...told].map(([id, { member, left, name }]) => [id, { member: member || (leavers && left), name }] as const),
  );
  return directoryWith(settings, { ...known, standings, unasked: slack === null || asking === 'never' });
}

function isUnsettled(settings: Directory): (email: string) => boolean {
  return (email) => {
    const known: KnownPerson | null = settingsSay(settings, email);
    return known === null || known.slack === null;
  };
}

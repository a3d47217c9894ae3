import { type Directory, type KnownPerson, directoryFrom } from '../domain/people/directory.ts';
import type { Settings } from './settings.ts';

/** Who the settings say is who, and looks after what. */
export function directoryOf({ people, services }: Pick<Settings, 'people' | 'services'>): Directory {
  // Several entries with one `slack` are one person.
  const entries = Map.groupBy(people, (entry) => entry.slack ?? entry);
  return directoryFrom(
    [...entries.values()].map(personIn),
    new Map(
      Object.entries(services).map(([name, { owners, lead }]) => [name.toLowerCase(), { owners, lead: lead ?? null }]),
    ),
  );
}

function personIn(entries: Settings['people']): KnownPerson {
  const [first] = entries;
  const identities = entries.flatMap(({ github, gitlab, pagerduty, git, email, emails }) => [
    ...github,
    ...gitlab,
    ...(email === undefined ? [] : [email]),
    ...emails,
    ...pagerduty,
    ...git,
  ]);
  return {
    name: first?.name ?? '',
    names: entries.map(({ name }) => name),
    slack: first?.slack ?? null,
    identities: identities.map((each) => each.toLowerCase()),
    gitHub: entries.flatMap(({ github }) => github).map((each) => each.toLowerCase()),
  };
}

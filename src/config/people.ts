import type { Directory } from '../domain/people/directory.ts';
import type { Settings } from './settings.ts';

/** Who the settings say is who, and looks after what. */
export function directoryOf({ people, services }: Settings): Directory {
  return {
    people: people.map(({ name, slack, github, email }) => ({
      name,
      slack: slack ?? null,
      github: github ?? null,
      email: email ?? null,
    })),
    services: new Map(
      Object.entries(services).map(([name, { owners, lead }]) => [name.toLowerCase(), { owners, lead: lead ?? null }]),
    ),
  };
}

import type { NagRules } from '../domain/nags/ladder.ts';
import type { Directory } from '../domain/nags/people.ts';
import type { Settings } from './settings.ts';

/** When the settings want whom to be told of backports. Of whom nobody knows it, the time zone is that of the digest. */
export function nagRulesOf({ nags, digest, release_window: window }: Settings): NagRules {
  const { work_hours: hours, first, team, lead } = nags;
  return { hours, first, team, lead, timezone: digest?.timezone ?? window?.timezone ?? 'UTC' };
}

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

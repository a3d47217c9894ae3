import type { Vocabulary } from '../question.ts';

/** What an asker already said, for examples in their own words. */
export interface Wanted {
  readonly environment: string | null;
  readonly service: string | null;
}

/** Questions that show what can be asked, with names that exist here. Without a slash command before them. */
export function examplesFor(vocabulary: Vocabulary): readonly string[] {
  return examplesOf({ environment: null, service: null }, vocabulary);
}

/** The same about what was already said. Four, likeliest first. */
export function examplesOf(wanted: Wanted, vocabulary: Vocabulary): readonly string[] {
  const environment = wanted.environment ?? usualEnvironment(vocabulary);
  const service = wanted.service ?? firstName(vocabulary.services.values());
  const place = environment === null || !isPlain(environment) ? '' : ` in ${environment}`;
  const named = service !== null && isPlain(service) && !vocabulary.environments.has(service) ? service : null;
  const about = named === null || wanted.service === null ? '' : ` of ${named}`;
  return [
    `2h${place}${about}`,
    `yesterday 15:00${place}${about}`,
    named === null ? 'last good deploy' : `last good deploy of ${named}`,
    `14:00 to 15:00${place}${about}`,
  ];
}

/** Production under its shortest known name, because that is what people ask about. */
function usualEnvironment({ environments }: Vocabulary): string | null {
  const known = environments.has('prod') ? 'prod' : environments.has('production') ? 'production' : null;
  return known ?? firstName(environments.keys());
}

function firstName(names: Iterable<string>): string | null {
  for (const name of names) if (isPlain(name)) return name;
  return null;
}

/** Written without quotes or doubt in a question. */
function isPlain(name: string): boolean {
  return /^[a-z][a-z0-9._-]{0,40}[a-z0-9]$/i.test(name);
}

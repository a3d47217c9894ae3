import type { NagRules } from '../domain/nags/ladder.ts';
import type { Settings } from './settings.ts';

/** When the settings want whom to be told of backports. Of whom nobody knows it, the time zone is that of the digest. */
export function nagRulesOf({ nags, digest, release_window: window }: Settings): NagRules {
  const { work_hours: hours, first, team, lead } = nags;
  return { hours, first, team, lead, timezone: digest?.timezone ?? window?.timezone ?? 'UTC' };
}

import type { Backport } from '../backports/backport.ts';
import { type Directory, personOf } from './directory.ts';
import { type Person, isSame } from './person.ts';

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

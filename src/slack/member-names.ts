import type { NagView } from '../domain/nags/nag.ts';
import type { Person } from '../domain/people/person.ts';
import type { Who } from './who.ts';

/** Whom the settings do not know is called by an id, which nobody reads: by the name that Slack has, then. */
export async function withNames<View extends NagView>(who: Who, views: readonly View[]): Promise<readonly View[]> {
  const ids = new Set(views.flatMap(peopleOf).flatMap(({ slackId, name }) => (slackId === name ? [slackId] : [])));
  const names = new Map<string, string>();
  for (const id of ids) {
    const member = await who(id);
    if (member.outcome === 'member' && member.name !== '') names.set(id, member.name);
  }
  if (names.size === 0) return views;
  const named = (person: Person | null): Person | null =>
    person === null ? null : { ...person, name: names.get(person.name) ?? person.name };
  return views.map((view) => ({
    ...view,
    owner: named(view.owner),
    actor: { ...view.actor, person: named(view.actor.person) },
    next: view.next === null ? null : { ...view.next, person: named(view.next.person) },
  }));
}

function peopleOf({ owner, actor, next }: NagView): readonly Person[] {
  return [owner, actor.person, next?.person ?? null].filter((person) => person !== null);
}

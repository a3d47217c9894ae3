import type { Incident } from '../../domain/incident.ts';
import { draftPostMortem } from '../../incidents/post-mortem.ts';
import type { SlackContext } from '../context.ts';
import type { Member } from '../who.ts';

/** Slack is asked for no more names than this. */
const mostNames = 30;

/** In Markdown, with the times of the asker's zone beside UTC. */
export function postMortemOf(
  { incidents, who, now }: SlackContext,
  incident: Incident,
  { timezone }: Member,
): Promise<string> {
  const namesOf = async (ids: readonly string[]) => {
    const people = await Promise.all(ids.slice(0, mostNames).map((id) => who(id)));
    return new Map(people.flatMap((each) => (each.outcome === 'member' ? [[each.id, each.name] as const] : [])));
  };
  return draftPostMortem(incidents, incident, { timezone, namesOf }, now());
}

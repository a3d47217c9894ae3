import type { Incident } from '../../domain/incidents/incident.ts';
import { draftPostMortem } from '../../incidents/post-mortem.ts';
import type { SlackContext } from '../context.ts';
import type { Member } from '../who.ts';

/** In Markdown, with the times of the asker's zone beside UTC. */
export function postMortemOf(context: SlackContext, incident: Incident, { timezone }: Member): Promise<string> {
  const namesOf = (ids: readonly string[]) => namesIn(context, ids);
  return draftPostMortem(context.incidents, incident, { timezone, namesOf }, context.now());
}

/** More are called by their ids: each name is a question to Slack. */
const mostNames = 50;

async function namesIn({ who }: SlackContext, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const people = await Promise.all(ids.slice(0, mostNames).map((id) => who(id)));
  return new Map(people.flatMap((person) => (person.outcome === 'member' ? [[person.id, person.name] as const] : [])));
}

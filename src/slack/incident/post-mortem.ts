import type { Incident } from '../../domain/incident.ts';
import type { SlackContext } from '../context.ts';
import type { Member } from '../who.ts';

/** In Markdown, with the times of the asker's zone beside UTC. */
export function postMortemOf(_context: SlackContext, incident: Incident, _asker: Member): Promise<string> {
  return Promise.resolve(`# ${incident.title}\n`);
}

import { membersIn } from '../domain/incidents/story.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { postMortemOf } from '../domain/incidents/post-mortem.ts';
import { fixesOf } from '../domain/post-mortem/overview.ts';
import { backportsOf } from './backport.ts';
import { storyOf } from './story.ts';
import type { SuspectDependencies } from './suspects.ts';

export interface DraftOptions {
  /** IANA name: whose clocks stand beside UTC. */
  readonly timezone: string;
  /** By Slack member id; who is not among them is called by the id. */
  readonly namesOf: (memberIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

/** The first draft of an incident's post-mortem, in Markdown. Of a private incident it is for its own channel only. */
export async function draftPostMortem(
  dependencies: SuspectDependencies,
  incident: Incident,
  { timezone, namesOf }: DraftOptions,
  now: Date,
): Promise<string> {
  const story = await storyOf(dependencies, incident, now);
  const fixes = fixesOf(story).map(({ id }) => id);
  const [names, backports] = await Promise.all([namesOf(membersIn(story)), backportsOf(dependencies, fixes)]);
  return postMortemOf(story, {
    timezone,
    nameOf: (id) => names.get(id) ?? null,
    backportOf: ({ id }) => backports.find(({ change }) => change.id === id)?.offer ?? null,
  });
}

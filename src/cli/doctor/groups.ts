import type { Kysely } from 'kysely';
import { groupsNamed, restrictedServices } from '../../config/restricted-services.ts';
import type { Settings } from '../../config/settings.ts';
import type { Schema } from '../../database/schema.ts';
import { countOf } from '../../domain/change-words.ts';
import { groupProblemLine, groupProblemMend } from '../../domain/people/group-words.ts';
import { groupProblems } from '../../people/groups.ts';
import { type Finding, ok, warning } from './finding.ts';

/** Told one by one; more are counted. */
const most = 5;

/** Groups of Slack that own restricted services: nobody of one that cannot be read sees them. */
export async function groupFindings(db: Kysely<Schema>, settings: Settings, now: Date): Promise<readonly Finding[]> {
  const named = groupsNamed(restrictedServices(settings));
  if (named.length === 0) return [];
  const problems = await groupProblems(db, named, now);
  if (problems.length === 0) return [ok('groups', `Slack tells who is in ${countOf(named.length, 'group')} of owners`)];
  const rest = problems.length - most;
  return problems.slice(0, most).map((problem, index) => {
    const more = index === most - 1 && rest > 0 ? ` (and ${countOf(rest, 'more group')})` : '';
    return warning('groups', `${groupProblemLine(problem)}${more}`, groupProblemMend(problem));
  });
}

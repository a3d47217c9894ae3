import { type Backport, backportName } from './backport.ts';
import { handCommands } from '../by-hand.ts';
import { incidentReference } from '../incidents/incident.ts';
import { firstCodePoints } from '../outside-text.ts';

/** The title and body of a pull request that brings a fix home. */
export interface PullWords {
  readonly title: string;
  readonly body: string;
}

interface Told {
  readonly base: string;
  /** What is picked, oldest first. */
  readonly commits: readonly string[];
  readonly askedBy: string | null;
  /** Where we are; null: not known. */
  readonly publicUrl: string | null;
}

export function pullWords(backport: Backport, { base, commits, askedBy, publicUrl }: Told): PullWords {
  const { mirror, reference, pullRequest, title, incidentId, id } = backport;
  const plain = backportName({ pullRequest, title }).replace(/^#\d+ /, '');
  const number = pullRequest === null ? '' : ` (#${pullRequest})`;
  const incident = incidentId === null ? null : incidentReference({ id: incidentId });
  const titles = new Map(backport.commits.map((each) => [each.commit, each.title]));
  const body = [
    `${reference} has this fix and ${mirror}, which runs \`${code(base)}\`, lacks it: the next release would take it back.`,
    '',
    `- Fix: ${pullRequest === null ? '' : `#${pullRequest} `}\`${code(plain)}\``,
    ...commits.map((commit) => `- Picks ${commit} \`${code(titles.get(commit) ?? '')}\``),
    ...(incident === null ? [] : [`- Incident: ${linked(incident, publicUrl, `api/incidents/${incident}`)}`]),
    `- Obligation: ${linked(`backport ${id}`, publicUrl, `api/backports/${id}`)}`,
    ...(askedBy === null ? [] : [`- Asked for by \`${code(askedBy)}\``]),
    '',
    ...commits.map((commit) => `(cherry picked from commit ${commit})`),
  ];
  return { title: firstCodePoints(`[backport ${mirror}] ${plain}${number}`, 250), body: body.join('\n') };
}

/** As code, so that nothing in it mentions people or becomes a link. */
function code(text: string): string {
  return text.replaceAll('`', "'") || ' ';
}

function linked(words: string, publicUrl: string | null, path: string): string {
  return publicUrl === null ? words : `[${words}](${publicUrl.replace(/\/+$/, '')}/${path})`;
}

interface Conflict {
  readonly base: string;
  readonly branch: string;
  readonly commit: string;
  readonly files: readonly string[];
  readonly missing: readonly { readonly commit: string; readonly title: string }[];
  /** All that is to be picked. */
  readonly commits: readonly { readonly commit: string; readonly isMerge: boolean }[];
}

/** Why a pick does not apply, and what to do by hand. */
export function conflictWords({ base, branch, commit, files, missing, commits }: Conflict): string {
  const named = files.slice(0, 5).join(', ');
  const more = files.length > 5 ? ` and ${files.length - 5} more` : '';
  const lacks = missing.slice(0, 5).map((each) => `${each.commit.slice(0, 7)} ${firstCodePoints(each.title, 60)}`);
  const because =
    missing.length === 0
      ? `${base} has changed them since`
      : `${base} lacks ${missing.length === 1 ? 'a commit' : `${missing.length} commits`} that changed them before: ${lacks.join('; ')}`;
  const count = files.length === 1 ? '1 file' : `${files.length} files`;
  const hand = handCommands({ base, branch, commits, opening: 'ours' }).join(' && ');
  return firstCodePoints(
    `${commit.slice(0, 7)} conflicts with ${base} in ${count} (${named}${more}): ${because}. By hand: ${hand}`,
    2000,
  );
}

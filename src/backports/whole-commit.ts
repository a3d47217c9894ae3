import type { Decision } from '../domain/backports/decision.ts';
import type { Backport } from '../domain/backports/backport.ts';
import { outsideText } from '../domain/outside-text.ts';
import { freshMirror } from '../git/fresh-mirror.ts';
import { commitNamed } from '../git/reached.ts';
import type { BackportDependencies } from './place.ts';

/** Somebody waits for the answer. */
const patience = 25_000;

/**
 * A proposal with all 40 digits of its commit, however it was given: whole, shortened, or as its page at the git host. A
 * whole one need not be there yet. Other decisions are as they were.
 */
export async function wholeCommit(
  { git }: Pick<BackportDependencies, 'git'>,
  { repository }: Pick<Backport, 'repository'>,
  decision: Decision,
): Promise<{ readonly decision: Decision } | { readonly why: string }> {
  if (decision.kind !== 'propose') return { decision };
  const given = outsideText(decision.commit, 2000) ?? '';
  const commit = (/^https?:\/\/\S+\/commits?\/([0-9a-f]{7,40})(?:[?#]\S*)?$/i.exec(given)?.[1] ?? given).toLowerCase();
  if (!/^[0-9a-f]{7,40}$/.test(commit)) {
    return { why: 'That is no commit: give 7 to 40 of its hex digits, or the address of its page.' };
  }
  if (commit.length === 40 || repository === null) return { decision: { kind: 'propose', commit } };
  if (git === null) return { why: 'No repository can be read: give all 40 digits of the commit.' };
  const origin = { ...git, signal: AbortSignal.timeout(patience) };
  const mirrored = await freshMirror(origin, repository);
  if (mirrored.outcome === 'unreadable') {
    return { why: `${repository} cannot be read at present: give all 40 digits of the commit.` };
  }
  const whole = await commitNamed(origin, mirrored.gitDir, [commit]);
  if (whole === null) return { why: `${repository} has no commit ${commit}, or several: give all of its 40 digits.` };
  return { decision: { kind: 'propose', commit: whole } };
}

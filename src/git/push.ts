import { outsideText } from '../domain/outside-text.ts';
import { type GitOrigin, runGit } from './run-git.ts';
import type { Scratch } from './scratch.ts';

export type Pushed =
  | { readonly outcome: 'pushed' }
  /** There is a branch of this name by now. */
  | { readonly outcome: 'taken' }
  /** `denied`: we may not. `again`: nothing says that it will stay so. */
  | { readonly outcome: 'refused'; readonly why: string; readonly denied: boolean; readonly again: boolean };

/** Makes a branch of that name at the mirror's origin; one that is there already is never touched. */
export async function pushBranch(
  origin: GitOrigin,
  { scratch, mirror }: { readonly scratch: Scratch; readonly mirror: string },
  { branch, commit }: { readonly branch: string; readonly commit: string },
): Promise<Pushed> {
  const url = await runGit(origin, ['config', '--get', 'remote.origin.url'], { gitDir: mirror, timeout: 30_000 });
  if (url.outcome === 'failed') return refused('where the repository was cloned from is not known', false);
  const ref = `refs/heads/${branch}`;
  const args = ['push', '--porcelain', '--no-verify', `--force-with-lease=${ref}:`, '--', url.output.trim()];
  const pushed = await scratch.git([...args, `${commit}:${ref}`], { online: true, timeout: 300_000 });
  if (pushed.code === 0) return { outcome: 'pushed' };
  const said = `${pushed.output}\n${pushed.error}`;
  if (/stale info|already exists|cannot lock ref/i.test(said)) return { outcome: 'taken' };
  const [why = ''] = [/^remote: (?:error: )?(GH\d+: .*)$/m, /\((.*(?:declined|prohibited).*)\)$/m, /(.*)$/]
    .map((pattern) => pattern.exec(said.trim())?.[1])
    .filter((found) => found !== undefined);
  const denied = /\b(?:401|403|404)\b|denied|not granted|could not read Username|not found/i.test(said);
  const stays = denied || /declined|prohibited|GH\d{3}/i.test(said);
  return { ...refused(why, pushed.code === null || !stays), denied };
}

function refused(why: string, again: boolean) {
  return { outcome: 'refused' as const, why: outsideText(why, 300) ?? 'git did not say why', denied: false, again };
}

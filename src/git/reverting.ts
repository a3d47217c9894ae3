import type { GitOrigin } from './run-git.ts';
import { streamGit } from './stream-git.ts';

const minute = 60_000;

/** Whether anything that leads to a commit and not to another says of itself that it takes something back. */
export async function anyReverting(
  origin: GitOrigin,
  gitDir: string,
  { to, without }: { readonly to: string; readonly without: string },
): Promise<boolean | { readonly error: string }> {
  let any = false;
  const grep = ['-i', '--grep=revert', '--grep=^reapply'];
  const streamed = await streamGit(origin, ['rev-list', '--max-count=1', ...grep, '--stdin'], {
    gitDir,
    timeout: minute,
    input: `${to}\n^${without}\n`,
    line: (text) => {
      any ||= text !== '';
    },
  });
  return streamed.outcome === 'done' ? any : { error: streamed.error };
}

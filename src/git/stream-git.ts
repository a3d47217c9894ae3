import { spawn } from 'node:child_process';
import { environmentOf, type GitOrigin } from './run-git.ts';

export type Streamed = { readonly outcome: 'done' } | { readonly outcome: 'failed'; readonly error: string };

export interface StreamOptions {
  readonly gitDir: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** What git reads from its standard input. */
  readonly input: string;
  /** Gets each line of what git prints, its bytes as latin1, without the line feed. */
  readonly line: (text: string) => void;
}

/** Longer lines are cut: a line of a minified file says no more at its end. */
const longestLine = 1 << 20;

/** As `runGit`, for output that is too long to be held. */
export async function streamGit(
  origin: GitOrigin,
  args: readonly string[],
  { gitDir, timeout, input, line }: StreamOptions,
): Promise<Streamed> {
  const env = await environmentOf(origin);
  return new Promise((resolve) => {
    const git = spawn('git', [`--git-dir=${gitDir}`, ...args], {
      env,
      timeout,
      killSignal: 'SIGKILL',
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(origin.signal === undefined ? {} : { signal: origin.signal }),
    });
    let rest = '';
    let complaint = '';
    git.stdout.setEncoding('latin1');
    git.stdout.on('data', (chunk: string) => {
      let from = 0;
      for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', from)) {
        line(rest === '' ? chunk.slice(from, end) : rest + chunk.slice(from, end));
        rest = '';
        from = end + 1;
      }
      if (rest.length < longestLine) rest += chunk.slice(from);
    });
    git.stderr.setEncoding('utf8');
    git.stderr.on('data', (chunk: string) => {
      complaint = (complaint + chunk).slice(-2000);
    });
    git.on('error', (error) => resolve({ outcome: 'failed', error: error.message }));
    git.on('close', (code) => {
      if (rest !== '') line(rest);
      if (code === 0) resolve({ outcome: 'done' });
      else {
        const said = complaint.trim().split('\n').at(-1) ?? '';
        const why = code === null ? 'git took too long or could not be run' : said || `git ended with ${code}`;
        resolve({ outcome: 'failed', error: why.slice(0, 300) });
      }
    });
    // It may end before it has read everything, and says why itself.
    git.stdin.on('error', () => undefined);
    git.stdin.end(input);
  });
}

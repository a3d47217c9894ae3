import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where repositories come from and where their mirrors are kept. */
export interface GitOrigin {
  /** `owner/name` is appended: `https://github.com`, or a `file://` folder of bare repositories. */
  readonly baseUrl: string;
  /** For https. Travels in the environment: a command line or a URL would show it to others on the machine. */
  readonly token: string | null;
  /** Of the mirrors: `<folder>/<owner>/<name>.git`. */
  readonly folder: string;
}

export type GitResult =
  | { readonly outcome: 'done'; readonly output: string }
  /** `code`: git's exit code, null when it was ended for taking too long or printing too much. */
  | { readonly outcome: 'failed'; readonly code: number | null; readonly error: string };

const longestOutput = 16 << 20;

/**
 * Runs git with nothing of the user's: no prompts, no hooks, no configuration of theirs, and no protocol but the origin's. Never
 * rejects; `error` is one line and holds no credential.
 */
export async function runGit(
  origin: GitOrigin,
  args: readonly string[],
  options: { readonly gitDir?: string; readonly timeout: number },
): Promise<GitResult> {
  const env = await environmentOf(origin);
  const dir = options.gitDir === undefined ? [] : [`--git-dir=${options.gitDir}`];
  return new Promise((resolve) => {
    execFile(
      'git',
      [...dir, ...args],
      { env, timeout: options.timeout, killSignal: 'SIGKILL', maxBuffer: longestOutput, windowsHide: true },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ outcome: 'done', output: stdout });
        const code = typeof error.code === 'number' ? error.code : null;
        const said = stderr.trim().split('\n').at(-1) ?? '';
        const why = code === null ? 'git took too long or could not be run' : said || `git ended with ${code}`;
        resolve({ outcome: 'failed', code, error: why.slice(0, 300) });
      },
    );
  });
}

async function environmentOf({ baseUrl, token, folder }: GitOrigin): Promise<NodeJS.ProcessEnv> {
  const configuration: [string, string][] = [['core.hooksPath', '/dev/null'], ['gc.auto', '0']];
  if (token !== null) {
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    configuration.push(['http.extraHeader', `Authorization: Basic ${basic}`]);
  }
  const numbered = configuration.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin',
    HOME: folder,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: new URL(baseUrl).protocol.replace(':', ''),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: await ownConfiguration(folder),
    GIT_CONFIG_COUNT: String(configuration.length),
    ...Object.fromEntries(numbered),
  };
}

/**
 * A file, because git passes configuration from the environment to no other repository, and refuses to read from one
 * that belongs to another user unless told that it may. The operator named the folder that they are in.
 */
async function ownConfiguration(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'configuration');
  await writeFile(file, '[safe]\n\tdirectory = *\n');
  return file;
}

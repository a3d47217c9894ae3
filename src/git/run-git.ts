import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where repositories come from and where their mirrors are kept. */
export interface GitOrigin {
  /** `owner/name` is appended: `https://github.com`, or a `file://` folder of bare repositories. */
  readonly baseUrl: string;
  /** Sent to an https `baseUrl` only, and through the environment: a command line or a URL would show it to others. */
  readonly token: string | null;
  /** Of the mirrors: `<folder>/<owner>/<name>.git`. */
  readonly folder: string;
  /** What git must know of this machine: where programs are (`PATH`), proxies, certificates. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends whatever git is doing. */
  readonly signal?: AbortSignal;
}

export type GitResult =
  | { readonly outcome: 'done'; readonly output: string }
  /** `code`: git's exit code, null when it was ended for taking too long or printing too much. */
  | { readonly outcome: 'failed'; readonly code: number | null; readonly error: string };

const longestOutput = 16 << 20;
const usualPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/**
 * Runs git with nothing of the user's: no prompts, no hooks, no configuration of theirs, and no protocol but the
 * origin's. Never rejects; `error` is one line and holds no credential.
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
      {
        env,
        timeout: options.timeout,
        killSignal: 'SIGKILL',
        maxBuffer: longestOutput,
        windowsHide: true,
        ...(origin.signal === undefined ? {} : { signal: origin.signal }),
      },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve({ outcome: 'done', output: stdout });
          return;
        }
        const code = typeof error.code === 'number' ? error.code : null;
        const said = stderr.trim().split('\n').at(-1) ?? '';
        const why = code === null ? 'git took too long or could not be run' : said || `git ended with ${code}`;
        resolve({ outcome: 'failed', code, error: why.slice(0, 300) });
      },
    );
  });
}

/** What proves to `url` that we may read it: the header's name and value, or null when it is to get no credential. */
export function authorizationFor({ baseUrl, token }: Pick<GitOrigin, 'baseUrl' | 'token'>): [string, string] | null {
  if (token === null || new URL(baseUrl).protocol !== 'https:') return null;
  return ['Authorization', `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`];
}

/** What git may know: nothing of the user, but where programs are and what proves who we are. */
export async function environmentOf(origin: GitOrigin): Promise<NodeJS.ProcessEnv> {
  const { baseUrl, folder, environment = {} } = origin;
  const configuration: [string, string][] = [
    ['core.hooksPath', '/dev/null'],
    // What no branch holds any more may still be deployed.
    ['gc.auto', '0'],
    ['http.lowSpeedLimit', '1000'],
    ['http.lowSpeedTime', '60'],
  ];
  const authorization = authorizationFor(origin);
  if (authorization !== null) {
    configuration.push([`http.${new URL(baseUrl).origin}/.extraHeader`, authorization.join(': ')]);
  }
  const numbered = configuration.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    PATH: usualPath,
    ...environment,
    HOME: folder,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_NO_REPLACE_OBJECTS: '1',
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
  const file = join(folder, 'configuration');
  const there = await stat(file).catch(() => null);
  if (there !== null) return file;
  await mkdir(folder, { recursive: true });
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, '[safe]\n\tdirectory = *\n');
  await rename(unfinished, file);
  return file;
}

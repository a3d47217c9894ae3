import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type GitOrigin, authorizationFor } from './run-git.ts';

const patience = 15_000;

/**
 * Whether what git just failed to read may be readable later. Git ends with 128 whatever the reason, so the place itself
 * is asked: only one that answers that it is not there, or not for us, says that it will stay so.
 */
export async function mayBeReadLater(origin: GitOrigin, urls: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(urls.map((url) => isThere(origin, url)));
  return answers.some((there) => there !== false);
}

/** Null: cannot be told. */
async function isThere(origin: GitOrigin, url: string): Promise<boolean | null> {
  const { protocol } = new URL(url);
  if (protocol === 'file:') {
    return stat(fileURLToPath(url)).then(
      () => true,
      () => false,
    );
  }
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  const authorization = authorizationFor(origin);
  const timeout = AbortSignal.timeout(patience);
  try {
    const response = await fetch(`${url}/info/refs?service=git-upload-pack`, {
      headers: authorization === null ? [] : [authorization],
      signal: origin.signal === undefined ? timeout : AbortSignal.any([timeout, origin.signal]),
    });
    await response.body?.cancel();
    return ![401, 403, 404, 410].includes(response.status);
  } catch {
    return null;
  }
}

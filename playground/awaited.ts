import type { Slack } from './slack.ts';

/** A machine that is busy with other things takes its time. */
const patience = 60_000;

/**
 * What `look` finds in the workspace, now or after it has changed; null and undefined are nothing. Throws after a minute,
 * saying what was missing.
 */
export function awaited<T>(
  { workspace }: Slack,
  what: string | (() => string),
  look: () => T | null | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      workspace.changes.off('changed', lookAgain);
    };
    const lookAgain = () => {
      const found = look();
      if (found === null || found === undefined) return;
      done();
      resolve(found);
    };
    const timer = setTimeout(() => {
      done();
      const missed = typeof what === 'string' ? what : what();
      reject(new Error(`${missed} did not come within ${patience / 1000} s. Is the machine busy? Then try once more.`));
    }, patience);
    workspace.changes.on('changed', lookAgain);
    lookAgain();
  });
}

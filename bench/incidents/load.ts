import { setTimeout as pause } from 'node:timers/promises';
import { signedPushes } from '../ingest/pushes.ts';

export interface SteadyLoad {
  /** Ends it; gives how many deliveries were not answered 202. */
  stop(): Promise<number>;
}

/** Signed pushes of GitHub, so many a second whatever the answers take, until it is stopped or `most` are sent. */
export function sendSteadily(
  address: string,
  { secret, perSecond, most }: { readonly secret: string; readonly perSecond: number; readonly most: number },
): SteadyLoad {
  const stopping = new AbortController();
  const answers: Promise<boolean>[] = [];
  const sending = (async () => {
    const begun = performance.now();
    let sent = 0;
    for (const { headers, body } of signedPushes({ secret, count: most, run: 7 })) {
      const due = begun + (sent * 1000) / perSecond;
      const early = due - performance.now();
      if (early > 0) await pause(early, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      answers.push(isTaken(`${address}/ingest/github`, headers, body));
      sent += 1;
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await sending;
      return (await Promise.all(answers)).filter((taken) => !taken).length;
    },
  };
}

async function isTaken(url: string, headers: Readonly<Record<string, string>>, body: Buffer): Promise<boolean> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
    await response.text();
    return response.status === 202;
  } catch {
    // The service is gone, and whoever measures it says why.
    return false;
  }
}

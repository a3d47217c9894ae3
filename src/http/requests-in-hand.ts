import type { ServerResponse } from 'node:http';

export interface RequestsInHand {
  hold(response: Pick<ServerResponse, 'once'>): void;
  /** Resolves once there is none; for whoever gets no more. */
  none(): Promise<void>;
}

/**
 * Counted and not kept: a set that so much passes through is made anew every few dozen requests, and each table that it
 * leaves behind keeps what was in hand, bodies included, from the collector of young objects.
 */
export function requestsInHand(): RequestsInHand {
  let inHand = 0;
  let whenNone: (() => void) | null = null;
  return {
    hold(response) {
      inHand += 1;
      response.once('close', () => {
        inHand -= 1;
        if (inHand === 0) whenNone?.();
      });
    },
    none: () =>
      new Promise((resolve) => {
        if (inHand === 0) resolve();
        else whenNone = resolve;
      }),
  };
}

import type { TimelineEvent } from '../domain/event.ts';

/** One request from a source: headers (lower-case names) and the raw bytes, because signatures cover bytes. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly receivedAt: Date;
}

/**
 * What a verified delivery holds. `malformed`: its events cannot be read (`notWhatItSends`: not even its envelope, so
 * the sender is told 400); it is kept and can be replayed after a fix.
 */
export type Parsed =
  | { readonly outcome: 'events'; readonly events: readonly TimelineEvent[] }
  | { readonly outcome: 'ping' }
  | { readonly outcome: 'ignored'; readonly reason: string }
  | { readonly outcome: 'malformed'; readonly error: string; readonly notWhatItSends: boolean };

/** A system that reports changes. To add one: a file here, a line in registry.ts, a fixture folder, a page of docs. */
export interface Source {
  /** As in `POST /ingest/:source`. */
  readonly name: string;
  /** For people: `GitHub`. */
  readonly title: string;
  /** Bytes; a larger body is refused before it is read. */
  readonly bodyLimit: number;
  /** True only if the delivery proves that it came from this source. Never throws. */
  verify(delivery: Delivery): Promise<boolean> | boolean;
  /** Equal for a delivery and its redelivery, whatever the time between; null when the source gives nothing such. */
  deliveryKey(delivery: Delivery): string | null;
  /** Never throws: what cannot be read is `malformed`. */
  parse(delivery: Delivery): Parsed;
}

import type { Catalog } from '../../domain/catalog.ts';
import type { TimelineEvent } from '../../domain/event.ts';
import type { Conceal } from '../../domain/secrets.ts';
import type { Signal } from '../../domain/signal.ts';
import type { Authentication } from './authentication.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** One request from a source: headers (lower-case names) and the raw bytes, because signatures cover bytes. */
export interface Delivery {
  readonly headers: Headers;
  readonly body: Buffer;
  readonly receivedAt: Date;
  /** The last part of `POST /ingest/:source/:secret`. */
  readonly pathSecret?: string;
}

/** A delivery as its source's code sees it: what it says, without anything secret. */
export interface Message {
  readonly headers: Headers;
  /**
   * JSON as it was sent, but that values that look secret are concealed and whole numbers beyond 2^53 are texts of
   * digits. Never to be trusted to have any shape.
   */
  readonly body: unknown;
  readonly receivedAt: Date;
  readonly catalog: Catalog;
}

/**
 * What a verified delivery holds. `malformed`: its events cannot be read (`notWhatItSends`: not even its envelope, so
 * the sender is told 400); it is kept and can be replayed after a fix.
 */
export type Parsed =
  | {
      readonly outcome: 'events';
      readonly events: readonly TimelineEvent[];
      /** What it says about incidents. */
      readonly signals?: readonly Signal[];
      /** Of a list, those that cannot be read, by their place in it: the others are recorded all the same. */
      readonly rejected?: readonly { readonly index: number; readonly error: string }[];
    }
  | { readonly outcome: 'ping' }
  | { readonly outcome: 'ignored'; readonly reason: string }
  | { readonly outcome: 'malformed'; readonly error: string; readonly notWhatItSends: boolean };

/**
 * A system that reports. To add one: a file in src/sources that says what is its own, a line in registry.ts, a fixture
 * folder, a page of docs. What all have in common (proof, limits, decoding, concealing) is in open.ts.
 */
export interface SourceDefinition {
  /** As in `POST /ingest/:source`. */
  readonly name: string;
  /** For people: `GitHub`. */
  readonly title: string;
  /** Bytes; a larger body is refused before it is read. 4 MB unless given. */
  readonly bodyLimit?: number;
  /** One of these must be fulfilled. */
  readonly authentication: readonly Authentication[];
  /** Headers that `parse` or `deliveryKey` look at, lower-case: kept with the delivery. None holds a credential. */
  readonly headers: readonly string[];
  /** The JSON text in the body, where that is not the body itself. Undefined: there is none. */
  readonly unwrap?: (text: string, headers: Headers) => string | undefined;
  /** Conceals what only this source's shapes show to be secret; everybody's rules come after. Any shape may come. */
  readonly conceal?: (body: unknown, conceal: Conceal) => unknown;
  /** Equal for a delivery and its redelivery, whatever the time between; null when the source gives nothing such. */
  readonly deliveryKey: (message: Message) => string | null;
  /** Never throws: what cannot be read is `malformed`. */
  readonly parse: (message: Message) => Parsed;
}

export interface ReadDelivery {
  readonly parsed: Parsed;
  readonly key: string | null;
  /** To be kept: the bytes that came or, where something was concealed, the JSON without it. */
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A source with its secrets. */
export interface Source {
  readonly name: string;
  readonly title: string;
  readonly bodyLimit: number;
  /** May prove itself by the last part of the address. */
  readonly secretInPath: boolean;
  /** True only if the delivery proves that it came from this source. Never throws. */
  verify(delivery: Delivery): boolean;
  /** Reading what this gives to be kept gives the same again. Never throws. */
  read(delivery: Delivery): ReadDelivery;
}

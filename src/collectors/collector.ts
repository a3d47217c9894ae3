import type { Fact } from '../domain/facts/fact.ts';

export interface CollectorInput {
  /** Files named on the command line (globs resolved by the shell), `-` is standard input; read lazily. */
  readonly files: readonly NamedFile[];
  /** `--set name=value`: url, host, port, servers, database … */
  readonly options: ReadonlyMap<string, string>;
  readonly service: string | null;
  /** Keyed digest (HMAC-SHA256 with HMAC_KEY) of a secret; null when there is no key: then say "present" only. */
  readonly digest: ((secret: string) => string) | null;
  readonly now: Date;
  readonly signal: AbortSignal;
}

export interface NamedFile {
  readonly name: string;
  read(): Promise<Buffer>;
}

export type Collected =
  | {
      readonly outcome: 'seen';
      readonly facts: readonly Fact[];
      readonly complete: boolean;
      readonly notSeen: readonly string[];
    }
  /** One clear sentence; nothing is sent. */
  | { readonly outcome: 'failed'; readonly reason: string };

/** Reads the facts of an environment from a real thing: a file, a database, a cluster, an address. */
export interface Collector {
  /** As in `--collector`. */
  readonly name: string;
  /** Goes up when the same thing reads differently. */
  readonly version: string;
  /** For the help. */
  readonly summary: string;
  /** The one command to paste: `sincewhen snapshot production --collector dotenv .env --service checkout`. */
  readonly usage: string;
  readonly collect: (input: CollectorInput) => Promise<Collected>;
}

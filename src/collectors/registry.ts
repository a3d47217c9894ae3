import type { Collector } from './collector.ts';

interface Listed {
  readonly summary: string;
  /** Loaded when it is used: a collector should not wait for what only others need. */
  readonly load: () => Promise<Collector>;
}

/** Every collector by its name, in the order of the help. */
export const collectors: ReadonlyMap<string, Listed> = new Map<string, Listed>([]);

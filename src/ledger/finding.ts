import type { StreamName } from './streams.ts';

/** Something that is not as it was sealed. */
export interface Finding {
  readonly what: 'event' | 'decision' | 'seal' | 'head';
  readonly finding: 'altered' | 'missing' | 'inserted';
  /** Of an event its key, of a decision its number; null: nobody knows any more. */
  readonly key: string | null;
  /** When it happened. */
  readonly at: Date | null;
  /** Null: of no seal. */
  readonly seal: string | null;
  /** The day on which it was recorded, as far as its seal says. */
  readonly day: string | null;
  /** As a sentence. */
  readonly text: string;
}

/** How many are told one by one. */
const most = 1000;

/** Bounded, however much is wrong. */
export interface Findings {
  add(finding: Finding): void;
  /** The first 1,000. */
  readonly list: readonly Finding[];
  readonly total: number;
}

export function collectFindings(): Findings {
  const list: Finding[] = [];
  let total = 0;
  return {
    add(finding) {
      total += 1;
      if (list.length < most) list.push(finding);
    },
    list,
    get total() {
      return total;
    },
  };
}

export function rowName(stream: StreamName): 'event' | 'decision' {
  return stream === 'decisions' ? 'decision' : 'event';
}

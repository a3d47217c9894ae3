import { parseArgs } from 'node:util';
import type { ParseArgsOptionsConfig } from 'node:util';

/**
 * `refused`: one line for stderr, exit 1. `usage`: wrong usage, exit 2. `exited`: with the code of a program that was run,
 * at once, whatever is still under way; `note` is a line for stderr.
 */
export type Result =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'exited'; readonly code: number; readonly note: string | null }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'usage'; readonly reason: string };

export interface Terminal {
  /** One line (or several) on standard output. */
  print(text: string): void;
  /** Resolves when whoever reads it has taken what was printed: for output that may not fit into memory. */
  drained?(): Promise<void>;
}

export interface Command {
  /** What follows `sincewhen`, one line per form. */
  readonly usage: readonly string[];
  readonly summary: string;
  /** Lines about options, for `--help`. */
  readonly options: readonly string[];
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<Result>;
}

export const done: Result = { outcome: 'done' };

/** As `parseArgs`, with what it refuses as a value: it throws for options that it does not know. */
export function readArguments<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return { outcome: 'read', ...parseArgs({ args: [...args], options, allowPositionals: true }) } as const;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { outcome: 'usage', reason: error.message.split('. To specify')[0] ?? error.message } as const;
  }
}

/** Columns as wide as their widest cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

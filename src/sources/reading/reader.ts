import { z } from 'zod';
import type { Catalog } from '../../domain/catalog.ts';
import type { TimelineEvent } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import type { Parsed } from './source.ts';

export interface ReaderContext {
  readonly receivedAt: Date;
  readonly catalog: Catalog;
}

/** Reads the body of one kind of delivery. */
export type Reader = (body: unknown, context: ReaderContext) => Parsed;

/** A reader of bodies of this shape; any other body is malformed, with the fields that are wrong. */
export function reader<T>(shape: z.ZodType<T>, parsedOf: (body: T, context: ReaderContext) => Parsed): Reader {
  let compiled: z.ZodType<T> | null = null;
  return (body, context) => {
    compiled ??= z.compile(shape);
    const read = compiled.safeParse(body);
    if (read.success) return parsedOf(read.data, context);
    return { outcome: 'malformed', error: problemsOf(read.error), notWhatItSends: false };
  };
}

function problemsOf(error: z.ZodError): string {
  const problems = error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'the body'}: ${issue.message}`);
  return outsideText(problems.join('; '), 500) ?? '';
}

export function ignored(reason: string): Parsed {
  return { outcome: 'ignored', reason: outsideText(reason, 200) ?? '' };
}

export function told(...events: readonly TimelineEvent[]): Parsed {
  return { outcome: 'events', events };
}

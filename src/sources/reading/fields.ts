import { z } from 'zod';
import type { Actor } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { defined } from './defined.ts';

/** One line of text, cut to a limit in code points; undefined when absent, null or blank. */
export function text(limit: number) {
  return z
    .unknown()
    .optional()
    .transform((value, context) => textIn(value, limit, context));
}

/** In one step, because most fields of most bodies are texts: what a chain of schemas would say takes twice the time. */
function textIn(value: unknown, limit: number, context: z.RefinementCtx): string | undefined {
  if (typeof value === 'string') return outsideText(value, limit);
  if (value !== undefined && value !== null)
    context.addIssue({ code: 'invalid_type', expected: 'string', input: value });
  return undefined;
}

/** As `text`, of what has to be there. */
export function name(limit: number) {
  return z.string().transform((value, context) => {
    const line = outsideText(value, limit);
    if (line !== undefined) return line;
    context.addIssue({ code: 'custom', message: 'is blank' });
    return z.NEVER;
  });
}

export const Sha = z.string().regex(/^[0-9a-f]{40}$/, 'is not a commit');

export const Time = z.union([z.string(), z.number()]).transform((value, context) => {
  const time = parseTimestamp(value);
  if (time !== null) return time;
  context.addIssue({ code: 'custom', message: 'is not a time' });
  return z.NEVER;
});

/** Some links are typed in by people: only what a browser may open safely is taken. */
export const WebUrl = z
  .unknown()
  .optional()
  .transform((value, context) => {
    const url = textIn(value, 3000, context);
    return url !== undefined && /^https?:\/\/\S+$/i.test(url) ? url : undefined;
  });

export const Id = z.number().int().nonnegative();

/** Undefined when the source names nobody. */
export function actorOf(fields: {
  login?: string | undefined;
  name?: string | undefined;
  email?: string | undefined;
}): Actor | undefined {
  const actor = defined({ login: fields.login, name: fields.name, email: fields.email });
  return Object.keys(actor).length === 0 ? undefined : actor;
}

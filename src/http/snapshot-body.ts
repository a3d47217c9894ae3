import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { type ArrivingSnapshot, mostFacts } from '../domain/facts/fact.ts';
import { outsideText } from '../domain/outside-text.ts';
import { isObject, parseJson, textOf } from '../sources/reading/json.ts';
import { listCutter } from '../sources/reading/list-cutter.ts';
import { factReader, mostProblems } from './fact-reader.ts';

export type SnapshotRead =
  | { readonly outcome: 'snapshot'; readonly snapshot: ArrivingSnapshot }
  | { readonly outcome: 'refused'; readonly status: 400 | 413; readonly error: string };

const Line = (longest: number) =>
  z
    .string('is not a text')
    .transform((text) => outsideText(text, longest + 1) ?? '')
    .refine((text) => text !== '', 'is empty')
    .refine((text) => text.length <= longest, `is longer than ${longest} characters`);

const Head = z.object({
  environment: Line(200),
  collector: Line(100),
  version: z
    .union([z.string(), z.number()], 'is not a text')
    .transform((each) => outsideText(each, 100) ?? '')
    .nullish(),
  taken_at: z
    .union([z.string(), z.number()], 'is not a time with its zone such as 2026-11-20T14:05:00Z')
    .transform(String),
  complete: z.boolean('is neither true nor false'),
  not_seen: z.array(Line(500), 'is not a list of texts').max(1000, 'has more than 1,000 entries').default([]),
  /** Emptied: they are read by themselves. */
  facts: z.array(z.unknown(), 'is not a list of facts'),
});

/**
 * What is wrong with a fact is told by its place in the list and its key, of the first few. The facts are read while they
 * arrive: the body and all that is in it are never in memory at once.
 */
export async function snapshotIn(body: AsyncIterable<Buffer>): Promise<SnapshotRead> {
  const facts = factReader();
  const cutter = listCutter('facts', facts);
  for await (const chunk of body) cutter.add(chunk);
  const left = cutter.left();
  if (facts.isBinary() || !isUtf8(left)) return refused('The body is not UTF-8: send the digest of a binary value.');
  const json = parseJson(textOf(left) ?? '');
  if (facts.isBroken() || !isObject(json)) return refused('The body is not a JSON object.');
  const { facts: uncut } = json;
  // Where their name is written in another way, with escapes.
  if (Array.isArray(uncut) && uncut.length > 0) facts.readInstead(uncut);
  if (facts.count() > mostFacts) {
    const [most, sent] = [mostFacts, facts.count()].map((each) => each.toLocaleString('en'));
    return {
      outcome: 'refused',
      status: 413,
      error: `A snapshot has at most ${most} facts; this has ${sent}. Split it by collector.`,
    };
  }
  const head = Head.safeParse(json);
  if (!head.success) {
    return refused(
      head.error.issues
        .slice(0, mostProblems)
        .map((issue) => `${issue.path.join('.')}: ${missing(issue, json) ?? issue.message}`)
        .join('; '),
    );
  }
  if (facts.problems().length > 0) return refused(facts.problems().join('; '));
  return {
    outcome: 'snapshot',
    snapshot: {
      environment: head.data.environment,
      collector: head.data.collector,
      collectorVersion: head.data.version ?? '',
      takenAt: head.data.taken_at,
      complete: head.data.complete,
      notSeen: head.data.not_seen,
      facts: facts.read(),
    },
  };
}

function refused(error: string): SnapshotRead {
  return { outcome: 'refused', status: 400, error };
}

function missing({ path }: z.core.$ZodIssue, body: Readonly<Record<string, unknown>>): string | null {
  const [field] = path;
  return path.length === 1 && typeof field === 'string' && body[field] === undefined ? 'is missing' : null;
}

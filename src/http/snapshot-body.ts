import { z } from 'zod';
import { type Fact, type FactValue, type Snapshot, facets, mostFacts } from '../domain/facts/fact.ts';
import { outsideText } from '../domain/outside-text.ts';
import { isObject, parseJson } from '../sources/reading/json.ts';

export type SnapshotRead =
  | { readonly outcome: 'snapshot'; readonly snapshot: Snapshot }
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
  facts: z.array(z.unknown(), 'is not a list of facts'),
});

const names: ReadonlySet<string> = new Set(facets);
const mostProblems = 5;

/** Null: it is not UTF-8. What is wrong with a fact is told by its place in the list and its key, of the first few. */
export function snapshotIn(text: string | null): SnapshotRead {
  if (text === null) return refused('The body is not UTF-8: send the digest of a binary value.');
  const json = parseJson(text);
  if (!isObject(json)) return refused('The body is not a JSON object.');
  const count = Array.isArray(json['facts']) ? json['facts'].length : 0;
  if (count > mostFacts) {
    const [most, sent] = [mostFacts, count].map((each) => each.toLocaleString('en'));
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
  const { facts, ...rest } = head.data;
  const problems: string[] = [];
  for (const [index, fact] of facts.entries()) {
    const problem = problemOf(fact);
    if (problem !== null) problems.push(`facts[${index}]${keyOf(fact)}: ${problem}`);
    if (problems.length === mostProblems) break;
  }
  if (problems.length > 0) return refused(problems.join('; '));
  return {
    outcome: 'snapshot',
    snapshot: {
      environment: rest.environment,
      collector: rest.collector,
      collectorVersion: rest.version ?? '',
      takenAt: rest.taken_at,
      complete: rest.complete,
      notSeen: rest.not_seen,
      facts: facts.map((fact) => factOf(fact as GivenFact)),
    },
  };
}

interface GivenFact {
  readonly service?: string | null;
  readonly facet: Fact['facet'];
  readonly key: string;
  readonly value?: FactValue;
  readonly digest?: string;
}

function refused(error: string): SnapshotRead {
  return { outcome: 'refused', status: 400, error };
}

function missing({ path }: z.core.$ZodIssue, body: Readonly<Record<string, unknown>>): string | null {
  const [field] = path;
  return path.length === 1 && typeof field === 'string' && body[field] === undefined ? 'is missing' : null;
}

/** By hand: a hundred thousand facts are read in a tenth of the time that a schema takes. */
function problemOf(fact: unknown): string | null {
  if (!isObject(fact)) return 'is not an object';
  const { service, facet, key, digest } = fact;
  if (typeof key !== 'string') return 'key is not a text';
  if (key === '') return 'key is empty';
  if (typeof facet !== 'string' || !names.has(facet)) return `facet is not one of ${facets.join(', ')}`;
  if (service !== undefined && service !== null && typeof service !== 'string') return 'service is not a text';
  const [hasValue, hasDigest] = [fact['value'] !== undefined, digest !== undefined];
  if (hasValue === hasDigest) return hasValue ? 'has value and digest: send one' : 'has neither value nor digest';
  return hasDigest ? problemOfDigest(digest) : problemOfHeld(fact['value']);
}

function problemOfHeld(value: unknown): string | null {
  if (!isObject(value) || Object.keys(value).length !== 1 || typeof value['digest'] !== 'string') return null;
  return problemOfDigest(value['digest']);
}

function problemOfDigest(digest: unknown): string | null {
  if (typeof digest !== 'string') return 'digest is not a text';
  return digest.length < 1 || digest.length > 200 ? 'digest has not 1 to 200 characters' : null;
}

function keyOf(fact: unknown): string {
  const key = isObject(fact) && typeof fact['key'] === 'string' ? outsideText(fact['key'], 80) : undefined;
  return key === undefined ? '' : ` (${key})`;
}

/** Most are what they should be already, and a hundred thousand copies are not small. */
function factOf(given: GivenFact): Fact {
  if (given.digest === undefined && given.service !== undefined) return given as Fact;
  const { service, facet, key, value, digest } = given;
  return { service: service ?? null, facet, key, value: digest === undefined ? (value ?? null) : { digest } };
}

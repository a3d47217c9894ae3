import { isUtf8 } from 'node:buffer';
import { type ArrivingSnapshot, type Fact, type FactValue, facets, mostFacts } from '../domain/facts/fact.ts';
import { outsideText } from '../domain/outside-text.ts';
import { isObject, parseJson } from '../sources/reading/json.ts';

const names: ReadonlySet<string> = new Set(facets);
export const mostProblems = 5;

/** Reads the facts of a snapshot part by part. Those beyond what one may have, or after a wrong one, are counted only. */
export function factReader() {
  let batches: Fact[][] = [];
  let problems: string[] = [];
  let count = 0;
  let parts = 0;
  let hasEmpty = false;
  let isBinary = false;
  let isBroken = false;

  function begin(): void {
    isBroken ||= hasEmpty && parts > 1;
    [batches, problems, count, parts, hasEmpty] = [[], [], 0, 0, false];
  }

  function readAll(given: readonly unknown[]): void {
    const batch: Fact[] = [];
    for (const fact of given) {
      const problem = problems.length < mostProblems ? problemOf(fact) : null;
      if (problem !== null) problems.push(`facts[${count}]${keyOf(fact)}: ${problem}`);
      count += 1;
      if (problems.length === 0 && count <= mostFacts) batch.push(factOf(fact as GivenFact));
    }
    batches.push(batch);
  }

  return {
    begin,
    part(bytes: Buffer): void {
      isBinary ||= !isUtf8(bytes);
      const given = isBinary || isBroken ? null : parseJson(`[${bytes.toString()}]`);
      if (!Array.isArray(given)) {
        isBroken = true;
        return;
      }
      parts += 1;
      hasEmpty ||= given.length === 0;
      readAll(given);
    },
    readInstead(given: readonly unknown[]): void {
      begin();
      readAll(given);
    },
    count: () => count,
    problems: (): readonly string[] => problems,
    isBinary: () => isBinary,
    isBroken: () => isBroken || (hasEmpty && parts > 1),
    /** To be read once: each batch is let go when it is. */
    read: (): ArrivingSnapshot['facts'] => ({
      length: count,
      *[Symbol.iterator]() {
        for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) yield* batch;
      },
    }),
  };
}

interface GivenFact {
  readonly service?: string | null;
  readonly facet: Fact['facet'];
  readonly key: string;
  readonly value?: FactValue;
  readonly digest?: string;
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

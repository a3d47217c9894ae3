import type { BackportRule } from './backport.ts';
import type { Kind } from '../change.ts';
import type { Difference, ParityReport, Side } from '../comparison/difference.ts';
import type { Facet } from '../facts/fact.ts';
import { outsideText } from '../outside-text.ts';

/** A change, as far as it says whether what it made is owed to the mirror. */
export interface Maker {
  readonly id: string;
  readonly kind: Kind;
  readonly environment: string | null;
  readonly service: string | null;
  /** When it took effect, and when we heard of it. */
  readonly at: Date;
  readonly recordedAt: Date;
}

export interface Makers {
  /** The changes that differences name as their cause, by id. */
  readonly changes: ReadonlyMap<string, Maker>;
  /** Drift of the reference that has been told, by `factPlace`: what is told as one has one group. */
  readonly drifts: ReadonlyMap<string, { readonly group: string; readonly maker: Maker }>;
}

/** What one change, or one drift, made of one service in the reference and the mirror lacks. */
export interface OwedFacts {
  readonly group: string;
  readonly service: string | null;
  readonly rule: BackportRule;
  readonly maker: Maker;
  readonly facts: readonly Difference[];
}

const rules: Partial<Record<Kind, BackportRule>> = {
  config: 'config',
  flag: 'flag',
  infrastructure: 'infrastructure',
  maintenance: 'manual',
  drift: 'drift',
};
/** Measures change by themselves; versions, and what they bring, come with commits. */
const notOwed: ReadonlySet<Facet> = new Set<Facet>(['data', 'health', 'version']);

/** What of a comparison the mirror should get: only what the reference alone was changed to. */
export function owedFacts(report: ParityReport, makers: Makers): readonly OwedFacts[] {
  const owed = new Map<string, OwedFacts & { readonly facts: Difference[] }>();
  for (const difference of report.differences) {
    const made = notOwed.has(difference.facet) ? null : madeBy(difference, report, makers);
    const rule = made === null ? undefined : rules[made.maker.kind];
    if (made === null || rule === undefined) continue;
    const { group, maker } = made;
    const service = difference.service ?? maker.service;
    const key = JSON.stringify([group, service]);
    const there = owed.get(key) ?? { group, service, rule, maker, facts: [] };
    there.facts.push(difference);
    owed.set(key, there);
  }
  return [...owed.values()];
}

function madeBy(
  difference: Difference,
  { pair: { reference } }: ParityReport,
  { changes, drifts }: Makers,
): { readonly group: string; readonly maker: Maker } | null {
  const { verdict, moved, cause } = difference;
  if (verdict === 'unexplained') return moved === 'reference' ? (drifts.get(factPlace(difference)) ?? null) : null;
  // What is explained otherwise than by the reference alone may be meant to be so.
  if (verdict !== 'reference-only' && !(verdict === 'explained' && moved === 'reference')) return null;
  const maker = cause === null ? undefined : changes.get(cause.changeId);
  if (maker === undefined || maker.kind === 'drift') return null;
  if (maker.environment !== null && maker.environment !== reference) return null;
  return { group: `change:${maker.id}`, maker };
}

const day = 86_400_000;
const newsFor = 7 * day;
const firstNewsFor = day;

/**
 * Whether it was there before anybody looked. `looked`: collectors whose differences have been looked at before; of the
 * others only what snapshots saw happen lately is news.
 */
export function isImported({ maker, facts }: OwedFacts, looked: ReadonlySet<string>, now: Date): boolean {
  const age = (since: Date) => now.getTime() - since.getTime();
  return !facts.some(({ reference, mirror, since }) => {
    const collector = (reference ?? mirror)?.collector ?? '';
    const wasSeen = since !== null && collector !== 'timeline';
    if (!looked.has(collector)) return wasSeen && age(since) <= firstNewsFor;
    if (wasSeen) return age(since) <= newsFor;
    return age(maker.at) <= newsFor && !isHeardLate(maker);
  });
}

/** Somebody tells of what was long ago: history that is read again, or a source that was away. */
export function isHeardLate({ at, recordedAt }: Pick<Maker, 'at' | 'recordedAt'>): boolean {
  return recordedAt.getTime() - at.getTime() > newsFor;
}

/** The end of a sentence about the change: `was made in production alone, and staging has DB_POOL 10, not 50`. */
export function whyOwed({ rule, facts }: OwedFacts, { pair }: Pick<ParityReport, 'pair'>): string {
  const [first] = facts;
  const more = facts.length > 1 ? `, and ${facts.length - 1} more ${facts.length === 2 ? 'fact' : 'facts'}` : '';
  const how =
    rule === 'drift'
      ? `is in ${pair.reference} with no change that explains it`
      : `was made in ${pair.reference} alone`;
  return `${how}, and ${pair.mirror} ${first === undefined ? 'differs' : hasOtherwise(first)}${more}`;
}

/** What it is called: as the change that made it, and drift, which is nobody's change, by what it made of what. */
export function titleOwed({ rule, service, facts }: OwedFacts, changeTitle: string): string {
  const [first] = facts;
  if (rule !== 'drift' || first === undefined) return changeTitle;
  const place = service === null ? '' : `${outsideText(service, 60) ?? ''}: `;
  const names = facts.slice(0, 3).map(({ key }) => outsideText(key, 80) ?? 'a fact');
  const others = facts.length > names.length ? ` and ${facts.length - names.length} more` : '';
  return `${place}${facts.length === 1 ? stepOf(first) : `${names.join(', ')}${others} drifted`}`;
}

/** `DB_POOL 10 → 50`: drift began where both were alike. */
function stepOf({ key, reference, mirror }: Difference): string {
  const name = outsideText(key, 120) ?? 'a fact';
  if (reference === null) return `${name} removed`;
  if (mirror?.secret === true || reference.secret) return `${name} is another secret`;
  if (mirror === null) return `${name} added`;
  return `${name} ${outsideText(mirror.value ?? '', 60) ?? '""'} → ${outsideText(reference.value ?? '', 60) ?? '""'}`;
}

function hasOtherwise({ key, reference, mirror }: Difference): string {
  const name = outsideText(key, 100) ?? 'a fact';
  if (mirror === null) return `has no ${name}`;
  if (reference === null) return `still has ${name}`;
  if (mirror.secret || reference.secret) return `has another ${name}`;
  return `has ${name} ${shown(mirror)}, not ${shown(reference)}`;
}

function shown({ value }: Side): string {
  return outsideText(value ?? '', 100) ?? '""';
}

export function factPlace({ service, facet, key }: Pick<Difference, 'service' | 'facet' | 'key'>): string {
  return JSON.stringify([service ?? '', facet, key]);
}

import type { FactValue, Facet } from '../../src/domain/facts/fact.ts';
import { type Random, between, hex, pick, whole } from '../replays/random.ts';

export const now = new Date('2026-11-20T16:00:00Z');
export const pair = { reference: 'production', mirror: 'staging' } as const;
export const minute = 60_000;
export const hour = 60 * minute;
/** How long snapshots have been taken. */
export const days = 6;

export type Side = 'reference' | 'mirror';
export const sides: readonly Side[] = ['reference', 'mirror'];

export type Value = FactValue | { readonly digest: string };
/** What a fact was from a time on; undefined: it was not there. */
export interface Step {
  readonly at: Date;
  readonly value: Value | undefined;
}
export interface Planted {
  readonly service: string | null;
  readonly facet: Facet;
  readonly key: string;
  readonly collector: string;
  /** Oldest first; the first from the beginning. */
  readonly steps: Readonly<Record<Side, readonly Step[]>>;
  readonly unseen: boolean;
  /** Null: there is nothing to say about it. */
  readonly expected: string | null;
  /** What was planted. */
  readonly story: string;
  /** Of the cause that it must name. */
  readonly cause?: string;
}
export interface World {
  readonly facts: readonly Planted[];
  /** As `POST /api/changes` takes them. */
  readonly changes: readonly Readonly<Record<string, unknown>>[];
  readonly rules: readonly Readonly<Record<string, unknown>>[];
  /** Collectors that fell silent, by environment. */
  readonly silent: Readonly<Record<Side, readonly string[]>>;
}

const collectors: Readonly<Record<string, string>> = {
  env: 'dotenv',
  config: 'files',
  package: 'npm',
  runtime: 'os-release',
  schema: 'postgresql',
  database: 'postgresql',
  data: 'postgresql',
  infrastructure: 'kubectl',
  network: 'tls',
  health: 'probe',
};

export interface Maker {
  readonly random: Random;
  readonly services: readonly string[];
  readonly facts: Planted[];
  readonly changes: Record<string, unknown>[];
  readonly rules: Record<string, unknown>[];
  counter: number;
}

export function since(value: Value | undefined): Step {
  return { at: ago(days * 24 + 48), value };
}

export function ago(hours: number): Date {
  return new Date(now.getTime() - hours * hour);
}

export function fact(
  service: string | null,
  facet: Facet,
  key: string,
  steps: Planted['steps'],
  expected: string | null,
  story: string,
  more: Partial<Planted> = {},
): Planted {
  return {
    service,
    facet,
    key,
    collector: collectors[facet] ?? 'other',
    steps,
    unseen: false,
    expected,
    story,
    ...more,
  };
}

/** A key that no other story has, and two values. */
export function fresh(maker: Maker): { key: string; service: string; old: string; later: string; at: Date } {
  maker.counter += 1;
  const { random } = maker;
  return {
    key: `PLANTED_${maker.counter}_${pick(random, ['URL', 'TIMEOUT', 'LIMIT', 'MODE', 'POOL'])}`,
    service: pick(random, maker.services),
    old: `was-${hex(random, 6)}`,
    later: `is-${hex(random, 6)}`,
    at: ago(between(random, 6, days * 24 - 2)),
  };
}

export function movedIn(side: Side, old: Value | undefined, later: Value | undefined, at: Date): Planted['steps'] {
  const stayed = [since(old)];
  const moved = [since(old), { at, value: later }];
  return side === 'mirror' ? { reference: stayed, mirror: moved } : { reference: moved, mirror: stayed };
}

export function change(maker: Maker, kind: string, given: Record<string, unknown>, at: Date): string {
  const key = `world-${maker.changes.length + 1}`;
  maker.changes.push({ kind, key, title: `${kind} ${key}`, occurred_at: at.toISOString(), ...given });
  return key;
}

export function deploy(maker: Maker, service: string, environment: string, at: Date, status = 'succeeded'): string {
  const [from, to] = [`1.${whole(maker.random, 1, 99)}.0`, `2.${whole(maker.random, 1, 99)}.0`];
  const began = new Date(at.getTime() - 4 * minute);
  const ended = status === 'started' ? {} : { finished_at: at.toISOString() };
  return change(
    maker,
    'deploy',
    { title: `deploy ${service} ${to}`, service, environment, status, from, to, ...ended },
    began,
  );
}

export const ahead: Readonly<Record<Side, string>> = { mirror: 'pending-promotion', reference: 'reference-only' };

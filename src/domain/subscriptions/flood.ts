import { countOf, kindCount } from '../change-words.ts';
import type { Kind, Status } from '../change.ts';
import { late } from './subscription.ts';

/** More new messages than this within the window are a flood. */
export const mostNew = 10;
/** It has calmed down when fewer than this came within the window. */
const calm = 5;
/** Milliseconds. */
export const floodWindow = 600_000;

export interface Waiting {
  readonly changeId: string;
  /** When it took effect. */
  readonly at: Date;
  readonly foundAt: Date;
}

export interface FloodState {
  /** Those that nobody was shown yet. */
  readonly waiting: readonly Waiting[];
  /** How many were shown within the window, by a message of their own or in a summary. */
  readonly recent: number;
  /** The last summary of a flood; null: there was none. */
  readonly last: { readonly id: string; readonly lastAt: Date } | null;
  readonly now: Date;
}

export interface TellingPlan {
  /** Each by a message of its own. */
  readonly own: readonly string[];
  /** By the summary that is there (`into`), or a new one. */
  readonly flood: readonly string[];
  readonly into: string | null;
  /** By one summary of what could not be told in time. */
  readonly late: readonly string[];
}

/**
 * How what is new is told. What waited for more than an hour comes in one summary; so does a flood, from the message on
 * that would be one too many until fewer than half as many come.
 */
export function planTellings({ waiting, recent, last, now }: FloodState): TellingPlan {
  const isLate = ({ at, foundAt }: Waiting) => now.getTime() - Math.min(at.getTime(), foundAt.getTime()) > late;
  const old = waiting.filter(isLate);
  const overdue = old.length > 1 ? old : [];
  const fresh = waiting.filter((each) => !overdue.includes(each)).map(({ changeId }) => changeId);
  const lateIds = overdue.map(({ changeId }) => changeId);
  const many = recent + fresh.length;
  const goesOn = last !== null && now.getTime() - last.lastAt.getTime() < floodWindow && many >= calm;
  if (fresh.length > 0 && (goesOn || many > mostNew)) {
    return { own: [], flood: fresh, into: goesOn ? last.id : null, late: lateIds };
  }
  return { own: fresh, flood: [], into: null, late: lateIds };
}

export interface SummedUp {
  readonly kind: Kind;
  readonly status: Status | null;
  readonly services: readonly string[];
}

/** `23 deploys of 7 services`, and what stands out among them: `2 failed`, `3 under way`. */
export function sumWords(changes: readonly SummedUp[]): { readonly what: string; readonly courses: readonly string[] } {
  const kinds = new Set(changes.map(({ kind }) => (kind === 'rollback' ? 'deploy' : kind)));
  const [kind] = kinds;
  const count =
    kinds.size === 1 && kind !== undefined ? kindCount(kind, changes.length) : countOf(changes.length, 'change');
  const services = new Set(changes.flatMap((each) => each.services));
  const [only] = services;
  const of = services.size === 0 ? '' : ` of ${services.size === 1 ? only : countOf(services.size, 'service')}`;
  const course = (status: Status, words: string) => {
    const number = changes.filter((each) => each.status === status).length;
    return number === 0 ? [] : [`${number.toLocaleString('en')} ${words}`];
  };
  const back = changes.filter((each) => each.kind === 'rollback').length;
  return {
    what: `${count}${of}`,
    courses: [
      ...course('failed', 'failed'),
      ...(back > 0 && kind === 'deploy' ? [countOf(back, 'rollback')] : []),
      ...course('cancelled', 'cancelled'),
      ...course('started', 'under way'),
    ],
  };
}

/** `in 10 minutes`. */
export function spanWords(from: Date, to: Date): string {
  const minutes = Math.max(1, Math.ceil((to.getTime() - from.getTime()) / 60_000));
  if (minutes < 120) return `in ${countOf(minutes, 'minute')}`;
  return `in ${countOf(Math.round(minutes / 60), 'hour')}`;
}

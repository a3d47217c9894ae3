import { z } from 'zod';
import type { Actor, Review } from '../event.ts';

const Login = z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters');

/** Authors of whom a rule says nothing: bots that update dependencies, whose changes something else checks. */
export const exceptAuthors = z.array(Login).max(100).default([]);

export function isAmong(actor: Actor | null | undefined, names: readonly string[]): boolean {
  if (actor === null || actor === undefined || names.length === 0) return false;
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return [actor.login, actor.email, actor.name].some((name) => name !== undefined && wanted.has(name.toLowerCase()));
}

export function personKey(actor: Actor): string {
  return (actor.login ?? actor.email ?? actor.name ?? '').toLowerCase();
}

/** Each reviewer's last word that counts: a comment does not take an approval back, a dismissal does. */
export function lastWords(reviews: readonly Review[]): readonly Review[] {
  const last = new Map<string, Review>();
  for (const review of reviews.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    if (review.verdict !== 'commented') last.set(personKey(review.by), review);
  }
  return [...last.values()];
}

/** By others than the author. */
export function approvals(reviews: readonly Review[], author: Actor | undefined): readonly Review[] {
  return lastWords(reviews).filter(
    ({ by, verdict }) => verdict === 'approved' && (author === undefined || personKey(by) !== personKey(author)),
  );
}

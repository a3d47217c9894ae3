import { createHmac } from 'node:crypto';
import type { Conceal } from '../../domain/secrets.ts';

/**
 * With a key (`HMAC_KEY`): 64 bits of the secret's HMAC-SHA256, enough to see that two are equal and not to guess from.
 * Without: nothing of it at all, because what anyone can compute, anyone can search.
 */
export function concealWith(key: string | null): Conceal {
  if (key === null) return () => '‹secret›';
  return (secret) => `‹secret ${createHmac('sha256', key).update(secret).digest('hex').slice(0, 16)}›`;
}

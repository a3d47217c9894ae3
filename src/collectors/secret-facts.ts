import { createHmac } from 'node:crypto';
import type { Fact, FactValue } from '../domain/facts/fact.ts';
import { isSecretName, withoutSecrets } from '../domain/secrets.ts';
import type { CollectorInput } from './collector.ts';

type Digest = CollectorInput['digest'];

/**
 * Digests by which two secrets can be seen to be equal, and nothing else; null without a key. 64 bits, as the service makes
 * them of what comes in the clear, so that both say the same of one secret.
 */
export function digestWith(key: string | null): Digest {
  if (key === null) return null;
  return (secret) => `hmac-sha256:${createHmac('sha256', key).update(secret).digest('hex').slice(0, 16)}`;
}

/** What is told of a secret. Without a key only that it is there: such are never compared. */
export function secretValue(secret: string, digest: Digest): { readonly digest: string } {
  return { digest: digest?.(secret) ?? 'present' };
}

/**
 * A value as it may leave the machine: the digest of all of it when its name or its shape says that a secret is in it.
 * An empty secret too: whether it is empty is not told, and that it is not the other one's is seen.
 */
export function factValue(key: string, value: string, digest: Digest): Fact['value'] {
  // Encrypted each time anew: that it looks otherwise says nothing.
  if (/^ENC\[|^\$ANSIBLE_VAULT;/.test(value)) return { digest: 'present' };
  // A reference to another variable is none itself.
  if (/^\$\{\w+\}$/.test(value)) return value;
  return isSecret(key, value) ? secretValue(value, digest) : value;
}

/** As `factValue`, of any JSON value: a secret in a list or an object makes it a digest of all of it. */
export function jsonValue(key: string, value: FactValue, digest: Digest): Fact['value'] {
  if (typeof value === 'string') return factValue(key, value, digest);
  if (typeof value === 'boolean' || value === null) return value;
  const name = nameIn(key);
  const looked: unknown = { [name]: value };
  const secret =
    withoutSecrets(looked, () => '‹secret›') !== looked || (typeof value !== 'number' && isDigestLike(value));
  return secret ? secretValue(JSON.stringify(value), digest) : value;
}

/** An object that would be taken for a digest and is none. */
function isDigestLike(value: FactValue): boolean {
  return typeof value === 'object' && value !== null && 'digest' in value;
}

function isSecret(key: string, value: string): boolean {
  return isSecretName(nameIn(key)) || holders.test(key) || withoutSecrets(value, () => '‹secret›') !== value;
}

/** Of `secrets.stripe` and the like everything is one, whatever it is called. */
const holders = /(?:^|[.:/])(?:secrets?|passwords?|credentials?|apiKeys?|api_keys?)[.[]/i;

/** The last part of `app.yaml:db.password` or `["db"]["pass.word"]`. */
function nameIn(key: string): string {
  const named = /(?:^|[.:/])([^.:/[\]"]+)(?:\[[^\]]*\])?$|\["((?:[^"\\]|\\.)*)"\]$/.exec(key);
  return (named?.[1] ?? named?.[2] ?? key).slice(-200);
}

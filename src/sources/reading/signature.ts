import { createHmac, timingSafeEqual } from 'node:crypto';

/** A signature that is the HMAC of the signed bytes in hex digits, after a prefix (`sha256=`, `v1=`, or none). */
export interface HmacScheme {
  readonly algorithm: 'sha256' | 'sha512' | 'sha1';
  readonly prefix: string;
}

const digits = { sha256: 64, sha512: 128, sha1: 40 } as const;
const longestHeader = 4096;
const mostSignatures = 10;

/**
 * True if one of the signatures listed in the header (separated by commas or spaces) was made with one of the secrets:
 * senders and receivers change secrets at different times. Takes the same time for every well-formed header, and never
 * throws, whatever the header holds. An absent header or an empty secret fits nothing.
 */
export function signatureFits(
  header: string | undefined,
  signed: Buffer,
  secrets: readonly string[],
  scheme: HmacScheme,
): boolean {
  const given = signaturesIn(header, scheme);
  if (given.length === 0) return false;
  let fits = false;
  for (const secret of secrets) {
    if (secret === '') continue;
    fits = macFits(given, createHmac(scheme.algorithm, secret).update(signed).digest()) || fits;
  }
  return fits;
}

/** True if one of these is the expected one, each as long as it. Takes the same time whichever it is. */
export function macFits(given: readonly Buffer[], expected: Buffer): boolean {
  let fits = false;
  for (const mac of given) fits = timingSafeEqual(mac, expected) || fits;
  return fits;
}

function signaturesIn(header: string | undefined, { algorithm, prefix }: HmacScheme): readonly Buffer[] {
  if (header === undefined || header.length > longestHeader) return [];
  return header
    .split(/[,\s]+/)
    .slice(0, mostSignatures)
    .filter((item) => item.startsWith(prefix))
    .map((item) => item.slice(prefix.length))
    .filter((hex) => hex.length === digits[algorithm] && /^[0-9a-fA-F]+$/.test(hex))
    .map((hex) => Buffer.from(hex, 'hex'));
}

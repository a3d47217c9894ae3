import { randomUUID } from 'node:crypto';

/**
 * A UUID of version 7 (RFC 9562): it begins with the time, so ids sort as deliveries came and one id finds its
 * partition. PostgreSQL makes these itself only from version 18 on.
 */
export function deliveryId(receivedAt: Date): string {
  const time = receivedAt.getTime().toString(16).padStart(12, '0');
  // Of a random UUID, which Node keeps a stock of, everything but its first 48 bits and its version.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

import { randomBytes } from 'node:crypto';

/**
 * A UUID of version 7 (RFC 9562): it begins with the time, so ids sort as deliveries came and one id finds its
 * partition. PostgreSQL makes these itself only from version 18 on.
 */
export function deliveryId(receivedAt: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(receivedAt.getTime(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** When the delivery with this id was received, to the millisecond; null when it is not such an id. */
export function receivedAtOf(id: string): Date | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(id);
  return match === null ? null : new Date(Number.parseInt(`${match[1]}${match[2]}`, 16));
}

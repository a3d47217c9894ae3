import { expect, it } from 'vitest';
import { deliveryId } from './delivery-id.ts';

const receivedAt = new Date('2026-11-20T14:05:07.123Z');

it('is a UUID of version 7 that says when the delivery was received', () => {
  const id = deliveryId(receivedAt);

  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(receivedAt.getTime());
});

it('is another each time, and sorts by time', () => {
  const ids = Array.from({ length: 1000 }, () => deliveryId(receivedAt));
  const later = deliveryId(new Date(receivedAt.getTime() + 1));

  expect(new Set(ids).size).toBe(1000);
  expect(ids.every((id) => id < later)).toBe(true);
});

import { z } from 'zod';
import { parseTimestamp } from '../../domain/timestamp.ts';

/** When something was said of which Sentry gives no time, and by which delivery. */
export const Said = z.object({
  at: z.date(),
  clock: z.enum(['source', 'received']),
  /** Tells two that say the same from one that comes twice. */
  delivery: z.string().nullable(),
});
export type Said = z.output<typeof Said>;

const late = 3_600_000;
const early = 60_000;

/**
 * The header says when Sentry sent it, but is not signed: it is believed while it is near the time at which we received
 * the delivery.
 */
export function saidAt(header: string | undefined, receivedAt: Date): Omit<Said, 'delivery'> {
  const told = parseTimestamp(header);
  const age = told === null ? Number.NaN : receivedAt.getTime() - told.getTime();
  return told !== null && age <= late && age >= -early
    ? { at: told, clock: 'source' }
    : { at: receivedAt, clock: 'received' };
}

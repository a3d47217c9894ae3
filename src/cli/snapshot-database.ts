import type { Sent } from './record-send.ts';

/** As the door `/api/snapshots` stores what it is sent. */
export async function snapshotIntoDatabase(_body: unknown): Promise<Sent> {
  return { outcome: 'not-sent', reason: 'snapshots are stored by a running service: --server, or SINCEWHEN_URL' };
}

import type { Snapshot } from '../domain/facts/fact.ts';
import type { Sent } from './record-send.ts';

/** As the door `/api/snapshots` stores what it is sent. Never rejects. */
export async function snapshotIntoDatabase(_snapshot: Snapshot): Promise<Sent> {
  return { outcome: 'not-sent', reason: 'snapshots are stored by a running service: --server, or SINCEWHEN_URL' };
}

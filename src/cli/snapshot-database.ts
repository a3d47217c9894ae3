import type { Snapshot } from '../domain/facts/fact.ts';
import { relationJobs } from '../deploys/enqueue-relations.ts';
import { incidentJobs } from '../incidents/jobs.ts';
import { createIngest } from '../ingest/ingest.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import { storeSnapshot } from '../parity/store-snapshot.ts';
import { concealWith } from '../sources/reading/conceal.ts';
import { parityContext } from '../start/parity.ts';
import { done } from './command.ts';
import { withDatabase } from './database.ts';
import type { Sent } from './record-send.ts';

/** As the door `/api/snapshots` stores what it is sent. Never rejects. */
export async function snapshotIntoDatabase(snapshot: Snapshot): Promise<Sent> {
  let sent: Sent = { outcome: 'not-sent', reason: 'nothing was stored' };
  try {
    const result = await withDatabase(async ({ db, configuration }) => {
      const now = () => new Date();
      const ingest = createIngest({
        db,
        catalog: configuration.catalog,
        now,
        react: (trx, heard) => enqueueMixed(trx, [...relationJobs(heard.touched), ...incidentJobs(heard)]),
      });
      const conceal = concealWith(configuration.environment.hmacKey);
      const context = parityContext({ db, configuration, conceal, ingest, now });
      const stored = await storeSnapshot(context, snapshot, now());
      if (stored.outcome === 'refused') return { outcome: 'refused', reason: stored.error };
      const { outcome: _outcome, ...answer } = stored;
      sent = { outcome: 'sent', answer };
      return done;
    });
    return result.outcome === 'refused' ? { outcome: 'not-sent', reason: result.reason } : sent;
  } catch (error) {
    return { outcome: 'not-sent', reason: error instanceof Error ? error.message : String(error) };
  }
}

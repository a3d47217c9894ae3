import { verifyRulesOf } from '../config/verify-endpoints.ts';
import { relationJobs } from '../deploys/enqueue-relations.ts';
import { incidentJobs } from '../incidents/jobs.ts';
import { type Ingested, createIngest } from '../ingest/ingest.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import { verifyJobs } from '../parity/verify-jobs.ts';
import { api, senderHeader } from '../sources/generic-change.ts';
import { concealWith } from '../sources/reading/conceal.ts';
import { openSource } from '../sources/reading/open.ts';
import type { SourceDefinition } from '../sources/reading/source.ts';
import { terraformPlan } from '../sources/terraform-plan.ts';
import { done } from './command.ts';
import { withDatabase } from './database.ts';
import type { ChangeDoor, Sent } from './record-send.ts';

const definitions: Readonly<Record<ChangeDoor, SourceDefinition>> = { changes: api, plans: terraformPlan };

/** Through the same door as over HTTP: read by the same code, secrets concealed. Never rejects. */
export async function intoDatabase(door: ChangeDoor, body: unknown): Promise<Sent> {
  let sent: Sent = { outcome: 'not-sent', reason: 'nothing was stored' };
  try {
    const result = await withDatabase(async ({ db, configuration: { catalog, environment, settings } }) => {
      const conceal = concealWith(environment.hmacKey);
      const source = openSource(definitions[door], { secrets: [], catalog, conceal });
      const ingest = createIngest({
        db,
        catalog,
        now: () => new Date(),
        react: async (trx, heard) =>
          enqueueMixed(trx, [
            ...relationJobs(heard.touched),
            ...incidentJobs(heard),
            ...(await verifyJobs(trx, heard.touched, verifyRulesOf(settings), new Date())),
          ]),
      });
      const headers = { 'content-type': 'application/json', [senderHeader]: 'cli' };
      const delivery = { headers, body: Buffer.from(JSON.stringify(body)), receivedAt: new Date() };
      const read = source.read(delivery);
      const refused = read.parsed.outcome === 'events' ? read.parsed.rejected?.[0]?.error : undefined;
      if (refused !== undefined) return { outcome: 'refused', reason: refused };
      sent = answerOf(door, await ingest.store(source.name, delivery.receivedAt, read));
      return done;
    });
    return result.outcome === 'refused' ? { outcome: 'not-sent', reason: result.reason } : sent;
  } catch (error) {
    return { outcome: 'not-sent', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** As the door answers over HTTP. */
function answerOf(door: ChangeDoor, ingested: Ingested): Sent {
  switch (ingested.outcome) {
    case 'recorded': {
      const { deliveryId, duplicate, changeIds, newEvents, shown, alerts } = ingested.recorded;
      const answer =
        door === 'changes'
          ? { accepted: newEvents, duplicates: 1 - newEvents, rejected: [], changes: changeIds }
          : { delivery: deliveryId, duplicate, changes: shown, incidents: alerts, facts: 0 };
      return { outcome: 'sent', answer };
    }
    case 'kept':
      return { outcome: 'not-sent', reason: ingested.error };
    case 'unavailable':
      return { outcome: 'not-sent', reason: ingested.error.message };
    case 'ping':
      return { outcome: 'sent', answer: {} };
  }
}

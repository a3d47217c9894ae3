import type { Kysely } from 'kysely';
import type { Logger } from '../config/logger.ts';
import type { Schema } from '../database/schema.ts';
import type { Handlers } from '../jobs/register.ts';
import { sealRecord } from '../ledger/seal.ts';
import { newestSeal } from '../ledger/verify.ts';

interface Options {
  readonly db: Kysely<Schema>;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** The head is logged once a day: logs that are kept elsewhere hold what the chain can be checked against. */
export function sealHandler({ db, logger, now }: Options): Handlers['seal-events'] {
  return async (_payload, signal) => {
    const before = await newestSeal(db);
    const sealed = await sealRecord(db, now, signal);
    if (sealed.seals === 0) return;
    logger.debug(sealed, 'what was recorded is sealed');
    if (before === null) return;
    const day = now().toISOString().slice(0, 10);
    if (before.sealedAt.toISOString().slice(0, 10) < day) {
      logger.info({ day: before.day, seal: before.number, head: before.hash }, 'the head of the ledger');
    }
  };
}

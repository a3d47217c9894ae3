import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Schema } from '../database/schema.ts';
import type { SourceCoverage } from '../domain/coverage.ts';
import { createDirectChannels } from './direct-channels.ts';
import type { ReadInstallation } from './installation.ts';
import { type Ping, firstStep } from './messages/first-step.ts';
import { renderWelcome } from './messages/welcome.ts';
import { keepPosted } from './posts.ts';
import type { Member } from './who.ts';
import { ownClient } from './own-client.ts';

export interface WelcomeOptions {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
  readonly db: Kysely<Schema>;
  readonly installation: ReadInstallation;
  readonly publicUrl: string | null;
  readonly log: Logger;
  readonly now: () => Date;
}

/** What has come in so far, by which the next step is known. */
export interface Arrived {
  readonly coverage: readonly SourceCoverage[];
  readonly ping: Ping | null;
}

/** `look`: asked only while there is somebody to welcome. */
export type Welcome = (asker: Member, look: () => Promise<Arrived>) => Promise<void>;

/**
 * Writes to the first member of a workspace who opens the bot while nothing is connected, who is whoever installed it: one
 * message, once for ever, which follows what they have done up to their first question. Slack does not tell a bot who
 * installed it. Nobody else is ever written to.
 */
export function createWelcome(options: WelcomeOptions): Welcome {
  const { botToken, apiUrl, db, installation, publicUrl, log, now } = options;
  // Of its own, as it tries nothing again by itself: a second try may be a second message.
  const client = ownClient({ botToken, apiUrl, log });
  const directChannel = createDirectChannels(client);
  // Who is welcome no more is not asked about again.
  let over = false;

  return async (asker, look) => {
    if (over) return;
    const { teamId: team } = await installation();
    const known = await welcomed(db, team);
    over = known !== null && known.done_at !== null;
    if (over || (known !== null && known.person !== asker.id)) return;
    const next = firstStep({ ...(await look()), publicUrl, now: null });
    if (known === null && !(await isFirst(db, { team, person: asker.id, isNew: next.step !== 'ask', now: now() })))
      return;
    const direct = await directChannel(asker.id);
    if (direct.outcome !== 'open') {
      log.info({ why: direct.why }, 'whoever opened the bot first cannot be written to');
      return;
    }
    const message = renderWelcome(next);
    const kept = await keepPosted({ db, client, log, now }, { key: `welcome:${team}`, channel: direct.id, message });
    // What Slack puts off is told when the bot is opened again.
    const told = kept.outcome === 'refused' || (kept.outcome === 'shown' && next.step === 'ask');
    if (told) await db.updateTable('welcomes').set({ done_at: now() }).where('team', '=', team).execute();
  };
}

async function welcomed(db: Kysely<Schema>, team: string) {
  return (await db.selectFrom('welcomes').selectAll().where('team', '=', team).executeTakeFirst()) ?? null;
}

/** Where sources reported before anybody came, nobody needs to be told: that is written down, too. */
async function isFirst(
  db: Kysely<Schema>,
  first: { readonly team: string; readonly person: string; readonly isNew: boolean; readonly now: Date },
): Promise<boolean> {
  const { team, person, isNew, now } = first;
  const { numInsertedOrUpdatedRows: made } = await db
    .insertInto('welcomes')
    .values({ team, person, begun_at: now, done_at: isNew ? null : now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return isNew && made === 1n;
}

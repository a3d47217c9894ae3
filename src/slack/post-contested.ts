import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Schema } from '../database/schema.ts';
import { type Untold, conflictTold, untoldConflicts } from '../people/conflicts.ts';
import { createAvailability } from './availability.ts';
import { createDirectChannels } from './direct-channels.ts';
import { renderContested } from './messages/links.ts';
import { type PostDependencies, keepPosted } from './posts.ts';
import { ownClient } from './own-client.ts';
import { wantsQuiet } from './wants-quiet.ts';

export interface ContestedOptions {
  readonly db: Kysely<Schema>;
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Tells who has a name that another says is theirs, once. With a client of its own, which tries nothing again by itself. */
export function createContestedPosts({ botToken, apiUrl, ...rest }: ContestedOptions): () => Promise<void> {
  const { db, log, now } = rest;
  const client = ownClient({ botToken, apiUrl, log });
  const directChannel = createDirectChannels(client);
  const availability = createAvailability({ client, log, now });
  return async () => {
    for (const untold of await untoldConflicts(db)) {
      if ((await wantsQuiet(db, availability, { slackId: untold.holder, now: now() })) !== null) continue;
      if (await tell({ ...rest, client }, untold, directChannel)) await conflictTold(db, untold.id, now());
    }
  };
}

/** False: later. */
async function tell(
  dependencies: PostDependencies,
  { id, identity, holder, claimant }: Untold,
  directChannel: ReturnType<typeof createDirectChannels>,
): Promise<boolean> {
  const { log } = dependencies;
  const direct = await directChannel(holder);
  if (direct.outcome !== 'open') {
    log.warn({ holder, why: direct.why }, 'nobody can be told that a name of theirs is contested');
    return direct.outcome === 'never';
  }
  const message = renderContested(identity, claimant);
  const kept = await keepPosted(dependencies, { key: `people:contested:${id}`, channel: direct.id, message });
  if (kept.outcome === 'refused') log.warn({ holder, why: kept.why }, 'Slack does not take that a name is contested');
  return kept.outcome !== 'later';
}

import { setTimeout } from 'node:timers/promises';
import type { Logger } from '../config/logger.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Conceal } from '../domain/secrets.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { BotMessages } from '../slack/context.ts';
import { openSource } from '../sources/reading/open.ts';
import { type MessageRule, slackMessages } from '../sources/slack-messages.ts';

interface Options {
  readonly ingest: Pick<Ingest, 'ingest'>;
  readonly catalog: Catalog;
  readonly conceal: Conceal;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Milliseconds between tries. */
  readonly pauses?: readonly number[];
}

/** What becomes of messages of bots. Null without rules: then none is looked at. */
export function takeBotMessages(
  rules: readonly MessageRule[],
  { ingest, catalog, conceal, logger, now, pauses = [500, 2000, 5000] }: Options,
): BotMessages | null {
  if (rules.length === 0) return null;
  const source = openSource(slackMessages(rules), { secrets: [], catalog, conceal });
  return {
    channels: new Set(rules.map(({ channel }) => (channel.startsWith('#') ? channel.toLowerCase() : channel))),
    take: async (message) => {
      const delivery = { headers: {}, body: Buffer.from(JSON.stringify(message)), receivedAt: now() };
      // Slack was told that we have it before we had, and will not send it again.
      for (const pause of [...pauses, null]) {
        const { outcome } = await ingest.ingest(source, delivery);
        if (outcome !== 'unavailable') return;
        if (pause !== null) await setTimeout(pause);
      }
      logger.error({ channel: message.channel.id }, 'a message of a bot could not be stored');
    },
  };
}

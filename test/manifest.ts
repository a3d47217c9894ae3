import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const Manifest = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
});
const read = Manifest.parse(parse(readFileSync(new URL('../manifest.yml', import.meta.url), 'utf8')));

/** What the app is granted and told. */
export const manifest = {
  scopes: read.oauth_config.scopes.bot,
  events: read.settings.event_subscriptions.bot_events,
};

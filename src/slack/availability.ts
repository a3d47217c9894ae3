import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Availability } from '../domain/nags/nag.ts';
import { knownZone } from '../domain/since/time-zone.ts';

interface Dependencies {
  readonly client: WebClient;
  readonly log: Logger;
  readonly now: () => Date;
}

const User = z.object({
  tz: z.string().nullish(),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
});

/** Of others, Slack tells the times that they have set, and not that they paused notifications for a while. */
const Quiet = z.object({
  dnd_enabled: z.boolean().default(false),
  next_dnd_start_ts: z.number().default(0),
  next_dnd_end_ts: z.number().default(0),
});

/** Short enough that somebody who sets it now is not disturbed soon after. */
const lifetime = 5 * 60_000;
const mostRemembered = 5000;
const gone = new Set(['user_not_found', 'user_not_visible', 'users_not_found', 'user_disabled']);

/** What Slack says of a person at this moment. Throws while Slack cannot be asked. */
export function createAvailability({ client, log, now }: Dependencies): (slackId: string) => Promise<Availability> {
  const remembered = new Map<string, { readonly told: Told; readonly until: number }>();

  return async (slackId) => {
    const time = now().getTime();
    const known = remembered.get(slackId);
    if (known !== undefined && known.until > time) return at(known.told, time);
    remembered.delete(slackId);
    const told = await ask(slackId);
    remembered.set(slackId, { told, until: time + lifetime });
    const [oldest] = remembered.keys();
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
    return at(told, time);
  };

  async function ask(user: string): Promise<Told> {
    try {
      const described = User.parse((await client.users.info({ user })).user);
      const active = !described.deleted && !described.is_bot;
      const timezone = knownZone(described.tz ?? '') ?? 'UTC';
      return { timezone, active, quiet: active ? await quietOf(user) : null };
    } catch (error) {
      if (!(error instanceof WebAPIPlatformError) || !gone.has(error.data.error)) throw error;
      return { timezone: 'UTC', active: false, quiet: null };
    }
  }

  async function quietOf(user: string): Promise<Told['quiet']> {
    try {
      const { dnd_enabled: on, ...times } = Quiet.parse(await client.dnd.info({ user }));
      return on ? { from: times.next_dnd_start_ts * 1000, to: times.next_dnd_end_ts * 1000 } : null;
    } catch (error) {
      if (!(error instanceof WebAPIPlatformError) || error.data.error !== 'missing_scope') throw error;
      log.warn({ needed: 'dnd:read' }, 'Slack does not say who wants not to be disturbed: install the app anew');
      return null;
    }
  }
}

interface Told {
  readonly timezone: string;
  readonly active: boolean;
  /** The time of quiet that is now, or comes next. */
  readonly quiet: { readonly from: number; readonly to: number } | null;
}

function at({ timezone, active, quiet }: Told, time: number): Availability {
  const disturbs = quiet !== null && quiet.from <= time && time < quiet.to;
  return { timezone, active, dndUntil: disturbs ? new Date(quiet.to) : null };
}

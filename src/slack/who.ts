import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { z } from 'zod';
import { knownZone } from '../domain/since/time-zone.ts';
import type { Installation } from './installation.ts';

/** `unknown`: Slack could not tell us who it is. */
export type Refusal = 'guest' | 'other-organisation' | 'bot' | 'deactivated' | 'unknown';

export interface Member {
  readonly outcome: 'member';
  readonly id: string;
  readonly name: string;
  /** IANA name; UTC when Slack gives none that we know, and then `timezoneKnown` is false. */
  readonly timezone: string;
  readonly timezoneKnown: boolean;
  /** Of the workspace: an administrator or an owner. */
  readonly admin: boolean;
}

export type Asker = Member | { readonly outcome: 'refused'; readonly why: Refusal };

export type Who = (userId: string) => Promise<Asker>;

/** What `users.info` says, as far as it decides. */
const User = z.object({
  id: z.string(),
  name: z.string().default(''),
  real_name: z.string().optional(),
  team_id: z.string().nullish(),
  enterprise_user: z.object({ enterprise_id: z.string().nullish() }).nullish(),
  tz: z.string().nullish(),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_workflow_bot: z.boolean().default(false),
  is_connector_bot: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  is_admin: z.boolean().default(false),
  is_owner: z.boolean().default(false),
});
export type User = z.input<typeof User>;

/** Full members of the organisation that installed the bot may ask; what cannot be told apart from others may not. */
export function askerOf(described: unknown, installation: Pick<Installation, 'teamId' | 'enterpriseId'>): Asker {
  const parsed = User.safeParse(described);
  if (!parsed.success) return { outcome: 'refused', why: 'unknown' };
  const user = parsed.data;
  const why = refusalOf(user, installation);
  if (why !== null) return { outcome: 'refused', why };
  const timezone = knownZone(user.tz ?? '');
  return {
    outcome: 'member',
    id: user.id,
    name: user.real_name ?? user.name,
    timezone: timezone ?? 'UTC',
    timezoneKnown: timezone !== null,
    admin: user.is_admin || user.is_owner,
  };
}

function refusalOf(
  user: z.output<typeof User>,
  { teamId, enterpriseId }: Pick<Installation, 'teamId' | 'enterpriseId'>,
): Refusal | null {
  if (user.deleted) return 'deactivated';
  if (user.is_bot || user.is_workflow_bot || user.is_connector_bot || user.id === 'USLACKBOT') return 'bot';
  // Slack marks people of other organisations as strangers only until they have shared a channel with us for a while,
  // so their team decides too. In an Enterprise organisation every workspace has its own team.
  const sameTeam = user.team_id === teamId;
  const sameEnterprise = enterpriseId !== null && user.enterprise_user?.enterprise_id === enterpriseId;
  if (user.is_stranger || !(sameTeam || sameEnterprise)) return 'other-organisation';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : null;
}

/** Long enough to spare Slack a call for every click, short enough that who leaves stops getting answers soon. */
const lifetime = 5 * 60_000;
const mostRemembered = 5000;

export function createWho({
  client,
  installation,
  log,
  now,
}: {
  readonly client: WebClient;
  readonly installation: () => Promise<Installation>;
  readonly log: Logger;
  readonly now: () => Date;
}): Who {
  const remembered = new Map<string, { readonly asker: Asker; readonly until: number }>();

  return async (userId) => {
    const time = now().getTime();
    const found = remembered.get(userId);
    if (found !== undefined && found.until > time) return found.asker;
    remembered.delete(userId);
    const asker = await look(userId);
    if (asker.outcome === 'member' || asker.why !== 'unknown')
      remembered.set(userId, { asker, until: time + lifetime });
    const [oldest] = remembered.keys();
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
    return asker;
  };

  async function look(userId: string): Promise<Asker> {
    try {
      const [{ user }, where] = await Promise.all([client.users.info({ user: userId }), installation()]);
      return askerOf(user, where);
    } catch (error) {
      log.warn({ err: error, user: userId }, 'Slack did not say who asks');
      return { outcome: 'refused', why: 'unknown' };
    }
  }
}

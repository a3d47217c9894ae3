import { WebAPIPlatformError } from '@slack/web-api';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Described, SlackPeople } from '../people/slack-people.ts';
import { createInstallation } from './installation.ts';
import { askerOf } from './who.ts';
import { ownClient } from './own-client.ts';

interface Options {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
  readonly log: Logger;
  readonly now: () => Date;
}

/** The optional scope, which the manifest does not ask for. */
const emailScope = 'users:read.email';
/** Scopes change when the app is installed anew. */
const scopesKnownFor = 10 * 60_000;
const gone = new Set(['user_not_found', 'user_not_visible', 'users_not_found', 'user_disabled']);

const Named = z.object({ id: z.string(), name: z.string().default(''), real_name: z.string().optional() });

/** With a client of its own: what it asks delays no answer to anybody. */
export function createSlackPeople({ botToken, apiUrl, log, now }: Options): SlackPeople {
  const client = ownClient({ botToken, apiUrl, log });
  const installation = createInstallation(client);
  let scopes: { readonly email: boolean; readonly until: number } | null = null;

  async function describe(user: unknown, id: string): Promise<Described> {
    const asker = askerOf(user, await installation());
    if (asker.outcome === 'member') return { slackId: asker.id, standing: 'member', name: asker.name };
    const named = Named.safeParse(user).data;
    return { slackId: named?.id ?? id, standing: asker.why, name: named?.real_name ?? named?.name ?? '' };
  }

  return {
    memberOf: async (slackId) => {
      try {
        return await describe((await client.users.info({ user: slackId })).user, slackId);
      } catch (error) {
        if (!isRefusal(error, gone)) throw error;
        return { slackId, standing: 'unknown', name: '' };
      }
    },
    byEmail: async (email) => {
      try {
        const { user } = await client.users.lookupByEmail({ email });
        return user?.id === undefined ? null : await describe(user, user.id);
      } catch (error) {
        if (!isRefusal(error, gone)) throw error;
        return null;
      }
    },
    mayAskByEmail: async () => {
      const time = now().getTime();
      if (scopes !== null && scopes.until > time) return scopes.email;
      const { response_metadata: told } = await client.auth.test();
      scopes = { email: told?.scopes?.includes(emailScope) === true, until: time + scopesKnownFor };
      return scopes.email;
    },
  };
}

function isRefusal(error: unknown, words: ReadonlySet<string>): boolean {
  return error instanceof WebAPIPlatformError && words.has(error.data.error);
}

import type { WebClient } from '@slack/web-api';

/** Where this bot is installed and who it is there. */
export interface Installation {
  readonly teamId: string;
  /** Null outside an Enterprise organisation. */
  readonly enterpriseId: string | null;
  readonly botUserId: string;
}

export interface ReadInstallation {
  /** Throws while Slack cannot be reached; the next call tries again. */
  (): Promise<Installation>;
  /** Null until it has been read once. */
  readonly known: () => Installation | null;
}

/** Reads it once and keeps it. A failure is not kept, so that an outage of Slack at our start heals by itself. */
export function createInstallation(client: WebClient): ReadInstallation {
  let known: Installation | null = null;
  async function read(): Promise<Installation> {
    if (known !== null) return known;
    const { team_id: teamId, user_id: botUserId, enterprise_id: enterpriseId } = await client.auth.test();
    if (teamId === undefined || botUserId === undefined)
      throw new Error('Slack did not say where the bot is installed.');
    known = { teamId, botUserId, enterpriseId: enterpriseId ?? null };
    return known;
  }
  return Object.assign(read, { known: () => known });
}

import type { WebClient } from '@slack/web-api';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Schema } from '../database/schema.ts';
import type { Vocabulary } from '../domain/question.ts';
import type { Ask } from '../timeline/ask.ts';
import type { Installation } from './installation.ts';
import type { Who } from './who.ts';

/** One entry of `people` in the settings, as the timeline may know that person. */
export interface KnownPerson {
  readonly name?: string | undefined;
  readonly github?: string | undefined;
  readonly email?: string | undefined;
}

/** What every listener works with. */
export interface SlackContext {
  readonly client: WebClient;
  readonly db: Kysely<Schema>;
  readonly ask: Ask;
  readonly vocabulary: () => Promise<Vocabulary>;
  /** By Slack member id. */
  readonly people: (slackId: string) => KnownPerson | null;
  /** Where a question looks that names no environment. */
  readonly defaultEnvironment: string;
  readonly installation: () => Promise<Installation>;
  readonly who: Who;
  readonly log: Logger;
  readonly now: () => Date;
}

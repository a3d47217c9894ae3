import type { WebClient } from '@slack/web-api';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Vocabulary } from '../domain/question.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { IncidentContext } from '../incidents/context.ts';
import type { SuspectDependencies } from '../incidents/suspects.ts';
import type { People } from '../people/people.ts';
import type { Ask } from '../timeline/ask.ts';
import type { BackportPort } from './backports/port.ts';
import type { DigestPort } from './digest/port.ts';
import type { Installation } from './installation.ts';
import type { HomePort } from './home/port.ts';
import type { ParityPort } from './parity/port.ts';
import type { Welcome } from './welcome.ts';
import type { Who } from './who.ts';

/** What one bot wrote, as Slack tells it, with what we know of it besides. Stored as it is. */
export interface BotMessage {
  readonly event_id: string;
  readonly channel: { readonly id: string; readonly name: string | null };
  readonly event: Readonly<Record<string, unknown>>;
}

/** Messages of bots that tell of changes. */
export interface BotMessages {
  /** Where, as the settings write it: `#deploys` or an id. */
  readonly channels: ReadonlySet<string>;
  /** Resolves when it has been stored. */
  readonly take: (message: BotMessage) => Promise<void>;
}

/** What every listener works with. */
export interface SlackContext {
  readonly client: WebClient;
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  readonly ask: Ask;
  /** All names: whoever shows them shows those that the viewer may know. */
  readonly vocabulary: () => Promise<Vocabulary>;
  /** What one person sees alone; null: what anybody may see, as in a channel. */
  readonly viewerOf: (slackId: string | null) => Promise<Viewer>;
  /** Who is who. */
  readonly people: People;
  /** Where a question looks that names no environment. */
  readonly defaultEnvironment: string;
  /** What the features about incidents work with. */
  readonly incidents: IncidentContext & SuspectDependencies;
  /** Where the card of an incident goes that has no channel of its own; null: nobody said. */
  readonly cardChannelOf: (incident: Pick<Incident, 'services' | 'environment'>) => string | null;
  /** How environments differ, and what people say of it. */
  readonly parity: ParityPort;
  /** What is to come home, and what people say of it. */
  readonly backports: BackportPort;
  /** Who somebody is elsewhere, what they look after and what they want of us. */
  readonly home: HomePort;
  /** What channels are told once a week. */
  readonly digest: DigestPort;
  readonly installation: () => Promise<Installation>;
  readonly who: Who;
  /** Tells whoever installed us the next step, once for ever. */
  readonly welcome: Welcome;
  readonly log: Logger;
  readonly now: () => Date;
}

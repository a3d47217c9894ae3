import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import type { Events } from './channel-changes.ts';
import { isWanted } from './event-rules.ts';
import { eventEnvelope } from './payloads.ts';
import { sendSigned, type Reply } from './signed-request.ts';
import type { Workspace } from './workspace.ts';

export interface SentEvent {
  readonly id: string;
  readonly event: JsonObject;
}

interface EventOptions {
  readonly id?: string;
  readonly retry?: number;
  /** Another process of the app than the connected one. */
  readonly to?: string;
}

interface EventSending {
  readonly workspace: Workspace;
  readonly signingSecret: string;
  readonly patience: number;
  /** Null before an app is connected. */
  readonly appUrl: () => string | null;
  /** Null: all. */
  readonly events: readonly string[] | null;
  /** Null: all. */
  readonly scopes: readonly string[] | null;
}

export type EventSender = ReturnType<typeof createEventSender>;

export function createEventSender(sending: EventSending) {
  const sent: SentEvent[] = [];

  /** Delivers an event, wanted or not; with `retry`, as Slack repeats one that it thinks was not received. */
  async function event(body: JsonObject, { id = eventId(), retry, to }: EventOptions = {}): Promise<Reply> {
    const url = to ?? sending.appUrl();
    if (url === null) throw new Error('No app is connected to the emulated Slack yet: call connect() first.');
    sent.push({ id, event: body });
    return sendSigned({
      url,
      signingSecret: sending.signingSecret,
      patience: sending.patience,
      contentType: 'application/json',
      body: JSON.stringify(eventEnvelope(sending.workspace, body, id)),
      ...(retry === undefined
        ? {}
        : { headers: { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_timeout' } }),
    });
  }

  /** Delivers in order what the app is subscribed to. Gives the first reply that failed, or the last; null for none. */
  async function deliver(events: Events): Promise<Reply | null> {
    const replies: Reply[] = [];
    for (const each of events) {
      if (sending.appUrl() !== null && isWanted(each, sending)) replies.push(await event(each));
    }
    return replies.find(({ error }) => error !== null) ?? replies.at(-1) ?? null;
  }

  return { sent, event, deliver };
}

function eventId(): string {
  return `Ev${randomBytes(5).toString('hex').toUpperCase()}`;
}

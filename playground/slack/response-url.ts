import { randomBytes } from 'node:crypto';
import { objectsOf, textOf, type JsonObject } from '../json.ts';
import { withBlockIds } from './block-ids.ts';
import { deleteMessage, editMessage, postMessage } from './message-changes.ts';
import type { EventSender } from './sent-events.ts';
import { addMessage, removeMessage, replaceMessage, type Message, type Workspace } from './workspace.ts';

const usesAllowed = 5;
const lifetime = 30 * 60 * 1000;

/** One invitation to answer, as a slash command or a click carries it. */
interface Invitation {
  readonly id: string;
  readonly channel: string;
  readonly person: string;
  /** The clicked message; null after a command. */
  readonly original: Message | null;
  readonly issued: number;
  uses: number;
}

interface ResponseAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

export interface ResponseUrls {
  readonly issue: (invitation: Pick<Invitation, 'channel' | 'person' | 'original'>) => string;
  /** Answers a POST to an issued address. */
  readonly use: (id: string, payload: JsonObject, now: number) => ResponseAnswer;
  /** An answer given in the body of the acknowledgement: the same shape, but it uses nothing up. */
  readonly acknowledge: (id: string, payload: JsonObject) => ResponseAnswer;
}

export function createResponseUrls(
  workspace: Workspace,
  { problems, deliver }: { problems: (payload: JsonObject) => readonly string[]; deliver: EventSender['deliver'] },
): ResponseUrls {
  const invitations = new Map<string, Invitation>();

  function apply(invitation: Invitation, payload: JsonObject): ResponseAnswer {
    const { channel, person, original } = invitation;
    if (payload['delete_original'] === true && original !== null) {
      if (original.onlyFor === null) void deliver(deleteMessage(workspace, original));
      else removeMessage(workspace, original);
      return { status: 200, body: { ok: true } };
    }
    const blocks = objectsOf(payload['blocks']);
    const text = textOf(payload['text']);
    if (text === '' && blocks.length === 0) return refusal(400, 'no_text');
    const illegal = problems(payload);
    if (illegal.length > 0) return refusal(400, 'invalid_blocks', illegal);

    const everybody = payload['response_type'] === 'in_channel';
    const content = { text, blocks: withBlockIds(blocks) };
    // Slack cannot turn what one person sees into what everybody sees: that becomes a new message.
    const replaces =
      payload['replace_original'] === true && original !== null && (original.onlyFor !== null) !== everybody;
    const threadTs = typeof payload['thread_ts'] === 'string' ? payload['thread_ts'] : null;
    if (replaces && original.onlyFor === null) void deliver(editMessage(workspace, original, content));
    else if (replaces) replaceMessage(workspace, original, content);
    else {
      const written = { channel, author: workspace.app.botUser, ...content, threadTs };
      if (everybody) void deliver(postMessage(workspace, written).events);
      else addMessage(workspace, { ...written, onlyFor: person });
    }
    return { status: 200, body: { ok: true } };
  }

  return {
    issue: (invitation) => {
      const id = randomBytes(12).toString('hex');
      invitations.set(id, { ...invitation, id, issued: Date.now(), uses: 0 });
      return id;
    },
    use: (id, payload, now) => {
      const invitation = invitations.get(id);
      if (invitation === undefined) return refusal(404, 'not_found');
      if (now - invitation.issued > lifetime) return refusal(404, 'expired_url');
      if (invitation.uses >= usesAllowed) return refusal(404, 'used_url');
      const answer = apply(invitation, payload);
      if (answer.status === 200) invitation.uses += 1;
      return answer;
    },
    acknowledge: (id, payload) => {
      const invitation = invitations.get(id);
      return invitation === undefined ? refusal(404, 'not_found') : apply(invitation, payload);
    },
  };
}

function refusal(status: number, error: string, messages?: readonly string[]): ResponseAnswer {
  return { status, body: { ok: false, error, ...(messages === undefined ? {} : { response_metadata: { messages } }) } };
}

import { randomBytes } from 'node:crypto';
import { objectsOf, textOf, type JsonObject } from '../json.ts';
import { withBlockIds } from './block-ids.ts';
import { addMessage, nextTs, removeMessage, replaceMessage, type Message, type Workspace } from './workspace.ts';

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

/** Posts what `response_type: in_channel` asks for where the rest of Slack sees it; gives its ts. */
export type PostInChannel = (message: {
  channel: string;
  text: string;
  blocks: readonly JsonObject[];
}) => Promise<string>;

export interface ResponseUrls {
  readonly issue: (invitation: Pick<Invitation, 'channel' | 'person' | 'original'>) => string;
  /** Answers a POST to an issued address. */
  readonly use: (id: string, payload: JsonObject, now: number) => Promise<ResponseAnswer>;
  /** An answer given in the body of the acknowledgement: the same shape, but it uses nothing up. */
  readonly acknowledge: (id: string, payload: JsonObject) => Promise<ResponseAnswer>;
}

export function createResponseUrls(
  workspace: Workspace,
  { problems, postInChannel }: { problems: (payload: JsonObject) => readonly string[]; postInChannel: PostInChannel },
): ResponseUrls {
  const invitations = new Map<string, Invitation>();

  async function apply(invitation: Invitation, payload: JsonObject): Promise<ResponseAnswer> {
    const { channel, person, original } = invitation;
    if (payload['delete_original'] === true && original !== null) {
      removeMessage(workspace, original);
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
    if (replaces) {
      replaceMessage(workspace, original, { ...content, edited: original.onlyFor === null });
      return { status: 200, body: { ok: true } };
    }
    const thread = typeof payload['thread_ts'] === 'string' ? payload['thread_ts'] : null;
    addMessage(workspace, {
      ts: everybody ? await postInChannel({ channel, text, blocks: content.blocks }) : nextTs(),
      channel,
      author: workspace.app.botUser,
      ...content,
      threadTs: thread,
      onlyFor: everybody ? null : person,
      edited: false,
      at: new Date(),
    });
    return { status: 200, body: { ok: true } };
  }

  return {
    issue: (invitation) => {
      const id = randomBytes(12).toString('hex');
      invitations.set(id, { ...invitation, id, issued: Date.now(), uses: 0 });
      return id;
    },
    use: async (id, payload, now) => {
      const invitation = invitations.get(id);
      if (invitation === undefined) return refusal(404, 'not_found');
      if (now - invitation.issued > lifetime) return refusal(404, 'expired_url');
      if (invitation.uses >= usesAllowed) return refusal(404, 'used_url');
      const answer = await apply(invitation, payload);
      if (answer.status === 200) invitation.uses += 1;
      return answer;
    },
    acknowledge: async (id, payload) => {
      const invitation = invitations.get(id);
      return invitation === undefined ? refusal(404, 'not_found') : apply(invitation, payload);
    },
  };
}

function refusal(status: number, error: string, messages?: readonly string[]): ResponseAnswer {
  return { status, body: { ok: false, error, ...(messages === undefined ? {} : { response_metadata: { messages } }) } };
}

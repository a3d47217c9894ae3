import type { IncomingHttpHeaders } from 'node:http';
import { parseObject, type JsonObject } from '../json.ts';
import type { EmulatedSlack } from './emulator.ts';
import type { ApiAnswer, Faults } from './faults.ts';
import type { EventSender } from './sent-events.ts';
import { readArguments } from './web-api/arguments.ts';
import type { Front } from './web-api/method.ts';
import { answerMethod } from './web-api/methods.ts';
import { createUploads, uploadedContent } from './web-api/uploads.ts';
import { completeUsers } from './web-api/users.ts';
import { observeView, personOfCall, refuseView } from './web-api/views.ts';

export interface Call {
  readonly method: string;
  readonly args: JsonObject;
  /** Null: the connection was closed without an answer. */
  readonly status: number | null;
  /** What was done, told or not. */
  readonly response: JsonObject;
  readonly at: Date;
}

interface WebApiContext {
  readonly emulated: EmulatedSlack;
  readonly botToken: string;
  /** Null: all. */
  readonly scopes: readonly string[] | null;
  /** Whose modal a trigger id may open. */
  readonly triggers: ReadonlyMap<string, string>;
  readonly faults: Faults;
  readonly problems: (payload: JsonObject) => readonly string[];
  readonly deliver: EventSender['deliver'];
  readonly uploadUrlOf: (id: string) => string;
}

/** The methods that an app calls: answered from the workspace, or by the emulator where nothing of it is concerned. */
export function createWebApi(context: WebApiContext) {
  const { emulated, scopes, faults, problems } = context;
  const { workspace } = emulated;
  const calls: Call[] = [];
  const uploads = createUploads(context.uploadUrlOf);
  const front: Front = {
    workspace,
    problems,
    uploads,
    // A bot that may do everything is still not heard where nobody has invited it, unless that is asked for.
    can: (scope) => (scopes === null ? scope !== 'chat:write.public' : scopes.includes(scope)),
    tell: (events) => void context.deliver(events),
  };

  async function call(asked: IncomingHttpHeaders, method: string, raw: Buffer): Promise<ApiAnswer | 'closed'> {
    const args = readArguments(asked['content-type'] ?? '', raw.toString('utf8')) ?? {};
    const note = (status: number | null, response: JsonObject) =>
      calls.push({ method, args, status, response, at: new Date() });
    const failure = faults.next(method);
    if (failure !== undefined) {
      if (failure === 'closed') note(null, {});
      else note(failure.status, failure.response);
      return failure;
    }
    const response = await answer(asked.authorization, method, args);
    const lost = faults.losesAnswer(method);
    note(lost ? null : 200, response);
    return lost ? 'closed' : { status: 200, headers: scopeHeaders(), response };
  }

  /** As Slack tells with each answer; a bot that may do everything has no list. */
  function scopeHeaders(): Readonly<Record<string, string>> {
    return scopes === null ? {} : { 'x-oauth-scopes': scopes.join(',') };
  }

  async function answer(authorization: string | undefined, method: string, args: JsonObject): Promise<JsonObject> {
    if (authorization !== `Bearer ${context.botToken}`) return { ok: false, error: 'invalid_auth' };
    const own = answerMethod(front, scopes, { method, args });
    if (own !== undefined) return own;
    const refusal = refuseView(method, args, problems);
    if (refusal !== null) return refusal;
    const response = await pass(emulated, authorization, { method, args });
    observeView(workspace, { method, response, person: personOfCall(args, context.triggers) });
    return completeUsers(workspace, method, response);
  }

  return {
    calls,
    call,
    receiveUpload: async (headers: IncomingHttpHeaders, id: string, body: Buffer): Promise<ApiAnswer> => {
      const known = uploads.receive(id, await uploadedContent(headers['content-type'] ?? '', body));
      return { status: known ? 200 : 404, headers: {}, response: { ok: known } };
    },
  };
}

/** On to the emulator. A method that it does not have is unknown, as Slack says it, not a 404 that clients repeat. */
async function pass(
  emulated: EmulatedSlack,
  authorization: string,
  { method, args }: { method: string; args: JsonObject },
): Promise<JsonObject> {
  const response = await fetch(`${emulated.url}/api/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(args),
  });
  const answer = parseObject(await response.text());
  return typeof answer?.['ok'] === 'boolean' ? answer : { ok: false, error: 'unknown_method', req_method: method };
}

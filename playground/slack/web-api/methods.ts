import type { JsonObject } from '../../json.ts';
import { assistant } from './assistant.ts';
import { chat } from './chat.ts';
import { conversations } from './conversations.ts';
import { dnd } from './dnd.ts';
import { files } from './files.ts';
import { history } from './history.ts';
import { Refused, type Front, type Method } from './method.ts';
import { openDirect } from './open-direct.ts';
import { pins } from './pins.ts';
import { reactions } from './reactions.ts';
import { usergroups } from './usergroups.ts';

/** Methods about what the workspace holds; those about people, views and the installation are the emulator's. */
const methods: Readonly<Record<string, Method>> = {
  ...assistant,
  ...chat,
  ...conversations,
  ...dnd,
  ...files,
  ...history,
  ...openDirect,
  ...pins,
  ...reactions,
  ...usergroups,
};

/** The emulator keeps channels and messages of its own, which nobody sees here. */
const ours = /^(?:bookmarks|chat|conversations|dnd|files|pins|reactions|usergroups)\./;

/** Undefined when the emulator answers. */
export function answerMethod(
  front: Front,
  scopes: readonly string[] | null,
  { method, args }: { method: string; args: JsonObject },
): JsonObject | undefined {
  const known = methods[method];
  if (known === undefined) {
    return !ours.test(method) ? undefined : { ok: false, error: 'unknown_method', req_method: method };
  }
  const provided = (scopes ?? []).join(',');
  if (known.scopes.length > 0 && !known.scopes.some((scope) => front.can(scope))) {
    return { ok: false, error: 'missing_scope', needed: known.scopes.join(','), provided };
  }
  try {
    return { ok: true, ...known.answer(front, args) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { message, more } = error;
    return { ok: false, error: message, ...more, ...(message === 'missing_scope' ? { provided } : {}) };
  }
}

import { isObject, textOf, type JsonObject } from '../../json.ts';
import { openModal, pushModal, updateModal, viewOf } from '../modals.ts';
import type { Workspace } from '../workspace.ts';

/** What Slack refuses in a view and the emulator would let pass; null when it may go on. */
export function refuseView(
  method: string,
  args: JsonObject,
  problems: (payload: JsonObject) => readonly string[],
): JsonObject | null {
  if (!method.startsWith('views.') || !isObject(args['view'])) return null;
  const illegal = problems(args['view']);
  if (illegal.length === 0) return null;
  return { ok: false, error: 'invalid_arguments', response_metadata: { messages: illegal } };
}

/** Shows what a successful call did. `person`: who opened the modal or looks at the Home tab. */
export function observeView(
  workspace: Workspace,
  { method, response, person }: { method: string; response: JsonObject; person: string },
): void {
  const raw = response['view'];
  if (response['ok'] !== true || !isObject(raw)) return;
  if (method === 'views.open') openModal(workspace, person, raw);
  if (method === 'views.push') pushModal(workspace, person, raw);
  if (method === 'views.update') updateModal(workspace, raw);
  if (method !== 'views.publish') return;
  workspace.homes.set(person, viewOf(person, raw));
  workspace.changes.emit('changed');
}

/** Whose view a call is about. */
export function personOfCall(args: JsonObject, triggers: ReadonlyMap<string, string>): string {
  return textOf(args['user_id']) || (triggers.get(textOf(args['trigger_id'])) ?? '');
}

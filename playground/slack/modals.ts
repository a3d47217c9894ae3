import { isObject, objectsOf, textOf, type JsonObject } from '../json.ts';
import { withBlockIds } from './block-ids.ts';
import type { View, Workspace } from './workspace.ts';

/** What the Web API says of a view that it made, as the view that a person sees. */
export function viewOf(person: string, raw: JsonObject): View {
  return {
    id: textOf(raw['id']),
    type: raw['type'] === 'home' ? 'home' : 'modal',
    person,
    blocks: withBlockIds(objectsOf(raw['blocks'])),
    raw,
  };
}

export function openModal(workspace: Workspace, person: string, raw: unknown): void {
  if (isObject(raw)) setModals(workspace, person, [viewOf(person, raw)]);
}

export function pushModal(workspace: Workspace, person: string, raw: unknown): void {
  if (isObject(raw)) setModals(workspace, person, [...stackOf(workspace, person), viewOf(person, raw)]);
}

/** Finds the modal by its id, whoever has it open. */
export function updateModal(workspace: Workspace, raw: unknown): void {
  if (!isObject(raw)) return;
  for (const [person, stack] of workspace.modals) {
    if (!stack.some((view) => view.id === raw['id'])) continue;
    setModals(
      workspace,
      person,
      stack.map((view) => (view.id === raw['id'] ? viewOf(person, raw) : view)),
    );
  }
}

/** Closes the top modal, or all of them. */
export function closeModal(workspace: Workspace, person: string, all: boolean): void {
  setModals(workspace, person, all ? [] : stackOf(workspace, person).slice(0, -1));
}

function stackOf(workspace: Workspace, person: string): readonly View[] {
  return workspace.modals.get(person) ?? [];
}

function setModals(workspace: Workspace, person: string, stack: readonly View[]): void {
  workspace.modals.set(person, stack);
  workspace.changes.emit('changed');
}

import type { Message, Pin, Workspace } from './workspace.ts';

export function isPinned(workspace: Workspace, { channel, ts }: Pick<Message, 'channel' | 'ts'>): boolean {
  return workspace.pins.some((pin) => pin.channel === channel && pin.ts === ts);
}

export function addPin(workspace: Workspace, pin: Pin): void {
  workspace.pins.push(pin);
  workspace.changes.emit('changed');
}

export function removePins(workspace: Workspace, gone: (pin: Pin) => boolean): void {
  workspace.pins.splice(0, Infinity, ...workspace.pins.filter((pin) => !gone(pin)));
  workspace.changes.emit('changed');
}

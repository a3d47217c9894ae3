import { createElement as h, type ReactNode } from 'react';
import { drawIcon } from './icons.ts';

/** Of the app's manifest. */
export interface Shortcut {
  readonly callbackId: string;
  readonly name: string;
  readonly type: 'global' | 'message';
}

/** The global ones, beside what is written; nothing when there are none. */
export function drawShortcuts(shortcuts: readonly Shortcut[]): ReactNode {
  const items = drawShortcutItems(shortcuts, 'global');
  if (items.length === 0) return null;
  return h(
    'details',
    { className: 'overflow above' },
    h('summary', { 'aria-label': 'Shortcuts' }, drawIcon('bolt')),
    h('div', { className: 'menu' }, items),
  );
}

export function drawShortcutItems(shortcuts: readonly Shortcut[], type: Shortcut['type']): readonly ReactNode[] {
  return shortcuts
    .filter((each) => each.type === type)
    .map(({ callbackId, name }) =>
      h('button', { key: callbackId, type: 'button', 'data-act': 'shortcut', 'data-callback': callbackId }, name),
    );
}

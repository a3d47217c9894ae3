import { expect, it } from 'vitest';
import { sourceTitle } from './source-title.ts';

it.each([
  ['argocd', 'Argo CD'],
  ['helm', 'Helm'],
  ['my-tool', 'My-tool'],
  ['constructor', 'Constructor'],
  ['__proto__', '__proto__'],
])('calls %s %s', (name, title) => {
  expect(sourceTitle(name)).toBe(title);
});

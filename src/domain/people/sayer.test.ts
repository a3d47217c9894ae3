import { expect, it } from 'vitest';
import { directoryFrom } from './directory.ts';
import { sayerOf } from './sayer.ts';

const directory = directoryFrom(
  [
    { name: 'ada', names: ['ada'], slack: 'U1', identities: ['ada-l', 'ada@acme.example'] },
    { name: 'grace', names: ['grace'], slack: null, identities: [] },
  ],
  new Map(),
);

it.each([
  ['U1', 'U1', 'ada'],
  [' ada ', 'U1', 'ada'],
  ['@ada', 'U1', 'ada'],
  ['ada-l', 'U1', 'ada'],
  ['Ada Lovelace <ADA@acme.example>', 'U1', 'ada'],
  ['U777', 'U777', 'U777'],
  ['grace', 'grace', 'grace'],
  ['linus', 'linus', 'linus'],
  ['github-actions', 'github-actions', 'github-actions'],
])('%s is %s', (written, id, name) => {
  expect(sayerOf(directory, written)).toEqual({ id, name });
});

import { expect, it } from 'vitest';
import type { Directory } from './directory.ts';
import { sayerOf } from './sayer.ts';

const directory: Directory = {
  people: [
    { name: 'ada', slack: 'U1', github: 'ada-l', email: 'ada@acme.example' },
    { name: 'grace', slack: null, github: null, email: null },
  ],
  services: new Map(),
};

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

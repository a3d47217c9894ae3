import { expect, it } from 'vitest';
import { namesNow } from './repository-names.ts';

it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ['once', ['a>b'], { a: 'b' }],
  ['twice', ['a>b', 'b>c'], { a: 'c', b: 'c' }],
  ['and back', ['a>b', 'b>a'], { b: 'a' }],
  ['and another took its name', ['a>b', 'c>a'], { c: 'a' }],
  ['to what it is called', ['a>a'], {}],
])('a repository that was renamed %s', (_, told, expected) => {
  const renamed = told.map((each, index) => {
    const [before = '', after = ''] = each.split('>');
    return { before, after, at: new Date(index) };
  });
  expect(Object.fromEntries([...namesNow(renamed)].map(([old, { now }]) => [old, now]))).toEqual(expected);
});

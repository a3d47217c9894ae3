import { expect, it } from 'vitest';
import { askedWith, claimsIn } from './claims.ts';

/** `ada proposed a`, `grace confirmed a`, … */
function claims(...said: readonly string[]) {
  const words = said.map((each) => each.split(' '));
  return claimsIn(
    words.map(([by = '', kind = '', commit]) => ({ by, kind: kind as 'proposed', commit: commit ?? null })),
  );
}

it.each<[readonly string[], Readonly<Record<string, number>>, readonly string[]]>([
  [[], {}, []],
  [['ada proposed a'], { a: 1 }, []],
  [['ada proposed a', 'ada confirmed a'], { a: 1 }, []],
  [['ada proposed a', 'grace proposed b', 'grace confirmed a'], { a: 2, b: 1 }, []],
  [['ada denied a'], {}, ['a']],
  [['ada proposed a', 'grace denied a'], {}, ['a']],
  [['ada proposed a', 'grace denied a', 'ada proposed a'], { a: 1 }, []],
  [['ada denied a', 'grace denied b', 'ada confirmed b'], { b: 1 }, ['a']],
  [['ada snoozed', 'ada waived'], {}, []],
])('%j', (said, claimed, excluded) => {
  expect(askedWith(claims(...said))).toEqual({ claimed: new Map(Object.entries(claimed)), excluded });
});

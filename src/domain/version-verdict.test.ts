import { describe, expect, it } from 'vitest';
import { type Ancestry, type DeployedVersion, versionVerdict } from './version-verdict.ts';

const names = { reference: 'production', mirror: 'staging' };
const nobodyKnows: Ancestry = { referenceInMirror: null, mirrorInReference: null };

/** Written oldest first: `1.41`, `back:1.40`, `main@a` (a label and a commit), `@a`, `-` (names nothing). */
function deploys(where: string, text: string): readonly DeployedVersion[] {
  const words = text.split(' ').filter((word) => word !== '');
  return words
    .map((word, hour) => {
      const [, back, label = '', commit] = /^(back:)?([^@]*)(?:@(.))?$/.exec(word) ?? [];
      return {
        changeId: `${where}${hour}`,
        at: new Date(Date.UTC(2026, 10, 20, hour)),
        rollback: back !== undefined,
        repository: 'acme/shop',
        commit: commit?.repeat(40) ?? null,
        version: label === '' || label === '-' ? null : label,
      };
    })
    .toReversed();
}

describe('the verdict on versions', () => {
  type Row = readonly [reference: string, mirror: string, verdict: string, cause: string | null, ancestry: Ancestry];
  it.each<Row>([
    ['1.41', '1.40 1.41', 'equal', null, nobodyKnows],
    ['main@a', 'main@a', 'equal', null, nobodyKnows],
    ['@a', 'x@a', 'equal', null, nobodyKnows],
    ['1.41@a', '1.41@b', 'equal', null, nobodyKnows],
    ['1.40 1.41', '1.40 1.41 1.42', 'pending-promotion', 'm2', nobodyKnows],
    ['1.40 1.41', '1.40 1.41 1.42 1.43', 'pending-promotion', 'm2', nobodyKnows],
    ['1.40 1.41', '1.40 1.41 1.42 1.41 1.43', 'pending-promotion', 'm4', nobodyKnows],
    ['main@a', 'main@a main@b', 'pending-promotion', 'm1', nobodyKnows],
    ['1.40 1.41', '1.40 1.41 back:1.40', 'explained', 'm2', nobodyKnows],
    ['1.40 1.40.1', '1.40', 'reference-only', 'r1', nobodyKnows],
    ['1.40 1.40.1 1.40.1', '1.40 1.41', 'reference-only', 'r1', nobodyKnows],
    ['main@a main@c', 'main@a', 'reference-only', 'r1', { referenceInMirror: false, mirrorInReference: true }],
    [
      'main@a main@c',
      'main@a main@d',
      'pending-promotion',
      'm1',
      { referenceInMirror: true, mirrorInReference: false },
    ],
    ['main@a main@c', 'main@a main@d', 'reference-only', 'r1', { referenceInMirror: false, mirrorInReference: false }],
    ['p1@a p2@b', 's1@c s2@d', 'unknown', null, nobodyKnows],
    ['1.40', '1.41', 'unknown', null, nobodyKnows],
    ['1.40', '', 'unknown', null, nobodyKnows],
    ['', '1.40', 'unknown', null, nobodyKnows],
    ['1.40 -', '1.40', 'unknown', null, nobodyKnows],
  ])('of %s and %s is %s', (reference, mirror, verdict, cause, ancestry) => {
    const found = versionVerdict({
      names,
      reference: deploys('r', reference),
      mirror: deploys('m', mirror),
      ancestry,
    });
    expect(found).toMatchObject({ verdict, causeId: cause });
    expect(found.why).not.toBe('');
  });

  it('dates a difference from the deploy that made it', () => {
    const found = versionVerdict({
      names,
      reference: deploys('r', '1.40 1.41'),
      mirror: deploys('m', '1.40 1.41 1.42 1.43'),
      ancestry: nobodyKnows,
    });
    expect(found).toMatchObject({ since: new Date('2026-11-20T02:00Z'), why: 'staging has moved on from 1.41' });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Report, groupReports } from './reports.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);

/** `12:30` on one day; one that lasts a minute. */
function report(id: number, reporter: string, clock: string, marks: Record<string, string>): Report {
  const begun = new Date(`2026-11-20T${clock}:00Z`);
  return {
    id: String(id),
    reporters: new Set([reporter]),
    marks: new Map(Object.entries(marks).map(([type, value]) => [type, new Set([value])])),
    begun,
    ended: new Date(begun.getTime() + 60_000),
  };
}

/** The ids of each group, as `1+2 3`. */
function groups(reports: readonly Report[]): string {
  const firsts = groupReports(reports);
  const members = Map.groupBy(firsts.keys(), (id) => firsts.get(id));
  return [...members.values()]
    .map((ids) => ids.toSorted().join('+'))
    .toSorted()
    .join(' ');
}

describe('reports of a service in an environment', () => {
  it.each([
    [
      'of one commit by two systems tell one deploy',
      [report(1, 'github', '10:00', { commit: a }), report(2, 'argocd', '10:05', { commit: a })],
      '1+2',
    ],
    [
      'by three systems, each with another mark, tell one',
      [
        report(1, 'github', '10:00', { commit: a, run: 'r' }),
        report(2, 'argocd', '10:05', { commit: a, image: 'sha256:1' }),
        report(3, 'slack', '10:06', { image: 'sha256:1' }),
      ],
      '1+2+3',
    ],
    [
      'with a short commit tell the same as with the long one',
      [report(1, 'github', '10:00', { commit: a }), report(2, 'slack', '10:05', { commit: a.slice(0, 7) })],
      '1+2',
    ],
    [
      'at one time that share nothing tell two',
      [report(1, 'github', '10:00', { commit: a }), report(2, 'slack', '10:00', { version: '1.2.0' })],
      '1 2',
    ],
    [
      'of different commits tell two',
      [report(1, 'github', '10:00', { commit: a }), report(2, 'argocd', '10:01', { commit: b })],
      '1 2',
    ],
    [
      'by the same system tell two: it deployed the commit again',
      [report(1, 'github', '10:00', { commit: a }), report(2, 'github', '10:10', { commit: a })],
      '1 2',
    ],
    [
      'after a second deploy of the commit belong to the second',
      [
        report(1, 'github', '10:00', { commit: a }),
        report(2, 'argocd', '10:05', { commit: a }),
        report(3, 'github', '10:10', { commit: a }),
        report(4, 'argocd', '10:15', { commit: a }),
      ],
      '1+2 3+4',
    ],
    [
      'that go back to a commit tell a deploy of their own',
      [
        report(1, 'github', '10:00', { commit: a }),
        report(2, 'github', '10:10', { commit: b }),
        report(3, 'argocd', '10:20', { commit: a }),
      ],
      '1 2 3',
    ],
    [
      'of a commit an hour later tell another',
      [report(1, 'github', '10:00', { commit: a }), report(2, 'argocd', '11:02', { commit: a })],
      '1 2',
    ],
    [
      'with others in between that nothing is known of still join',
      [
        report(1, 'github', '10:00', { commit: a }),
        report(2, 'slack', '10:02', {}),
        report(3, 'argocd', '10:05', { commit: a }),
      ],
      '1+3 2',
    ],
  ])('%s', (_, reports, expected) => {
    expect(groups(reports)).toBe(expected);
  });

  it('are grouped alike in every order', () => {
    const any = fc.array(
      fc.record({
        reporter: fc.constantFrom('github', 'argocd', 'slack'),
        minute: fc.integer({ min: 0, max: 59 }),
        commit: fc.constantFrom(a, b, a.slice(0, 7)),
        version: fc.constantFrom('1', '2'),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(any, fc.infiniteStream(fc.nat()), (drawn, stream) => {
        const reports = drawn.map(({ reporter, minute, commit, version }, index) =>
          report(index + 1, reporter, `10:${String(minute).padStart(2, '0')}`, { commit, version }),
        );
        const keys = new Map(reports.map((each) => [each.id, [...stream.take(1)][0] ?? 0]));
        const shuffled = reports.toSorted((x, y) => (keys.get(x.id) ?? 0) - (keys.get(y.id) ?? 0));

        expect(groupReports(shuffled)).toEqual(groupReports(reports));
      }),
    );
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aChange, aFault } from '../../test/answers.ts';
import { type Change, kinds, statuses } from './change.ts';
import { type SuspectContext, rankSuspects } from './suspects.ts';

const onset = new Date('2026-11-18T14:00:00Z');
const services = ['checkout', 'ledger', 'search', 'web'];
const words = ['payment', 'timeout', 'index', 'cache', 'Revert "payment"', 'deploy', 'turned on', 'postgres'];

const anyChange = fc
  .record({
    kind: fc.constantFrom(...kinds),
    status: fc.option(fc.constantFrom(...statuses), { nil: null }),
    environment: fc.constantFrom('production', 'production', 'production', 'staging', null),
    services: fc.subarray(services, { maxLength: 2 }),
    title: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((each) => each.join(' ')),
    // Few values, so that changes take each other back, and ties are common.
    minutes: fc.integer({ min: -10, max: 60 }),
    took: fc.option(fc.constantFrom(0, 5, 30), { nil: null }),
    from: fc.option(fc.constantFrom('1', '2', '3'), { nil: null }),
    to: fc.option(fc.constantFrom('1', '2', '3'), { nil: null }),
    on: fc.option(fc.boolean(), { nil: null }),
  })
  .map(({ minutes, took, on, ...given }): Change => {
    const at = new Date(onset.getTime() - minutes * 60_000);
    const finishedAt = took === null || given.status === 'started' ? null : new Date(at.getTime() + took * 60_000);
    const setting = on === null ? {} : { before: { on: !on }, after: { on } };
    return { ...aChange({ ...given, ...setting, occurredAt: at, finishedAt }), service: given.services[0] ?? null };
  });
const anyChanges = fc
  .array(anyChange, { maxLength: 25 })
  .map((changes) => changes.map((change, index) => ({ ...change, id: `${index}` })));
const anyFault = fc
  .record({
    services: fc.subarray(services, { maxLength: 2 }),
    symptom: fc.constantFrom('', 'Payment timeouts', 'checkout: the database refuses connections'),
    dependsOn: fc.constantFrom(
      new Map(),
      new Map([
        ['checkout', ['ledger']],
        ['web', ['checkout']],
      ]),
    ),
    environment: fc.constantFrom('production', null),
  })
  .map((given): SuspectContext => aFault({ onset, now: onset, ...given }));

it('the order in which changes are given makes no difference', () => {
  fc.assert(
    fc.property(
      anyChanges.chain((changes) =>
        fc.tuple(fc.constant(changes), fc.shuffledSubarray([...changes], { minLength: changes.length })),
      ),
      anyFault,
      ([changes, shuffled], fault) => {
        expect(rankSuspects(shuffled, fault, 5)).toEqual(rankSuspects(changes, fault, 5));
      },
    ),
  );
});

it('every change is a suspect or ruled out, and the sum of what is shown is the score', () => {
  fc.assert(
    fc.property(anyChanges, anyFault, (changes, fault) => {
      const { suspects, ruledOut } = rankSuspects(changes, fault, changes.length);
      const told = [...suspects, ...ruledOut].map(({ change }) => change.id);

      expect(told.toSorted()).toEqual(changes.map(({ id }) => id).toSorted());
      expect(ruledOut.every(({ why }) => why !== '')).toBe(true);
      for (const { score, reasons } of suspects) {
        const sum = reasons.reduce((total, { weight }) => total + weight, 0);
        expect(score).toBeCloseTo(Math.min(1, Math.max(0, sum)), 8);
        expect(reasons.map(({ weight }) => weight)).toEqual(
          reasons.map(({ weight }) => weight).toSorted((a, b) => b - a),
        );
      }
    }),
  );
});

it('the likely suspect is at most one, the first, and leads', () => {
  fc.assert(
    fc.property(anyChanges, anyFault, (changes, fault) => {
      const { suspects } = rankSuspects(changes, fault, changes.length);

      expect(suspects.slice(1).every(({ likelihood }) => likelihood === 'possible')).toBe(true);
    }),
  );
});

it('one more change that has nothing to do with it leaves the others in their order', () => {
  const symptomless = anyFault.map((fault) => ({ ...fault, symptom: '' }));
  fc.assert(
    fc.property(anyChanges, symptomless, fc.constantFrom('search', 'unheard-of'), (changes, fault, service) => {
      const more = aChange({
        id: 'more',
        service,
        title: 'unrelated',
        occurredAt: new Date(onset.getTime() - 60_000),
        to: '9',
      });
      const ids = (of: readonly Change[]) => rankSuspects(of, fault, of.length).suspects.map(({ change }) => change.id);
      const others = changes.filter((change) => !change.services.includes(service));

      // With one more that fits, the last of the few that are named beside it may be named too, or no longer.
      const [beside, alone] = [ids([...others, more]), ids(others)];
      expect(beside.filter((id) => alone.includes(id))).toEqual(alone.filter((id) => beside.includes(id)));
    }),
  );
});

it('the size of a change makes no difference', () => {
  fc.assert(
    fc.property(anyChanges, anyFault, fc.integer({ min: 1, max: 400 }), (changes, fault, size) => {
      const commits = Array.from({ length: size }, (_, index) => ({
        sha: `${index}`.padStart(40, '0'),
        title: `tidy ${index}`,
      }));
      const carried = { by: 'git', commits, pullRequests: [], total: size, direction: 'forward', lost: 0 } as const;
      const large = changes.map((change, index) =>
        index % 2 === 0 ? change : { ...change, carried, files: commits.map(({ sha }) => `src/${sha}.ts`) },
      );
      const scores = (of: readonly Change[]) =>
        rankSuspects(of, fault, 25).suspects.map(({ change, score }) => [change.id, score]);

      expect(scores(large)).toEqual(scores(changes));
    }),
    { numRuns: 50 },
  );
});

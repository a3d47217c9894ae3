import { expect, it } from 'vitest';
import { aCause, aRule, aSide } from '../../../test/parity.ts';
import type { Agreement } from './agreement.ts';
import { type Evidence, judge } from './judge.ts';

const pair = { reference: 'production', mirror: 'staging' };
const by = new Date('2026-11-20T12:00:00Z');
const move = { before: '1', after: new Date('2026-11-20T11:00:00Z'), by };
const agreed = (given: Partial<Agreement>): Agreement => ({
  until: move.after,
  since: by,
  reference: null,
  mirror: null,
  ...given,
});
const mirrorMoved = agreed({ mirror: move });
const referenceMoved = agreed({ reference: move });
const bothMoved = agreed({ reference: move, mirror: move });
const never: Agreement = { until: null, since: null, reference: move, mirror: move };
const causes = (reference: Evidence['causes']['reference'], mirror: Evidence['causes']['mirror']) => ({
  reference,
  mirror,
});

function verdict(given: Partial<Evidence>) {
  return (
    judge({
      pair,
      reference: aSide({ value: '30' }),
      mirror: aSide({ value: '5' }),
      equal: false,
      doubt: null,
      rules: [],
      agreement: mirrorMoved,
      causes: causes(null, null),
      parted: null,
      said: null,
      underWay: null,
      ...given,
    })?.verdict ?? null
  );
}

const config = aCause({ kind: 'config' });
const likely = aCause({ confidence: 'likely' });
const infrastructure = aCause({ kind: 'infrastructure' });
const differ = aRule({ must: { is: 'differ' } });
const half = aRule({ must: { is: 'at-least', ratio: 0.5 } });

it.each<[string, Partial<Evidence>, string | null]>([
  ['equal', { equal: true }, null],
  ['equal and must differ', { equal: true, rules: [differ] }, 'forbidden-equality'],
  ['equal, and nobody can be sure', { equal: true, rules: [differ], doubt: 'stale' }, null],
  ['doubtful', { doubt: 'stale', rules: [aRule()], causes: causes(null, config) }, 'unknown'],
  ['meant', { rules: [aRule()] }, 'intended'],
  ['differs as it must', { rules: [differ] }, 'intended'],
  ['must differ, and one has none', { rules: [differ], mirror: null }, 'unexplained'],
  ['breaks one rule and not another', { rules: [half, aRule({ must: { is: 'at-most', ratio: 1 } })] }, 'intended'],
  ['breaks a rule', { rules: [half] }, 'unexplained'],
  ['breaks a rule by a known change', { rules: [half], causes: causes(null, config) }, 'pending-promotion'],
  ['the mirror moved, known', { causes: causes(null, config) }, 'pending-promotion'],
  ['the mirror moved, likely known', { causes: causes(null, likely) }, 'pending-promotion'],
  ['the mirror moved, by infrastructure', { causes: causes(null, infrastructure) }, 'explained'],
  ['the mirror moved, rolled back', { causes: causes(null, aCause({ kind: 'rollback' })) }, 'explained'],
  ['the mirror moved, and the reference has a cause', { causes: causes(config, null) }, 'unexplained'],
  ['the reference moved, known', { agreement: referenceMoved, causes: causes(config, null) }, 'reference-only'],
  ['the reference moved, unknown', { agreement: referenceMoved }, 'unexplained'],
  ['both moved, both known', { agreement: bothMoved, causes: causes(likely, config) }, 'explained'],
  ['both moved, one known', { agreement: bothMoved, causes: causes(null, config) }, 'unexplained'],
  ['never equal', { agreement: never }, 'unexplained'],
  ['never equal, likely known', { agreement: never, causes: causes(likely, likely) }, 'unexplained'],
  ['never equal, one said', { agreement: never, causes: causes(null, config) }, 'unexplained'],
  ['never equal, both said', { agreement: never, causes: causes(config, config) }, 'explained'],
  [
    'never equal, one said with both values',
    { agreement: never, causes: causes(null, config), parted: 'mirror' },
    'pending-promotion',
  ],
  [
    'never equal, one likely with both values',
    { agreement: never, causes: causes(null, likely), parted: 'mirror' },
    'unexplained',
  ],
  ['a deploy is under way', { underWay: 'deploying' }, 'unknown'],
  [
    'a deploy is under way, and it is known',
    { underWay: 'deploying', causes: causes(null, config) },
    'pending-promotion',
  ],
  ['a person explained it', { said: config }, 'explained'],
])('%s', (_name, given, expected) => {
  expect(verdict(given)).toBe(expected);
});

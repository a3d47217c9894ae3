import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlagRule, type FlagState, conditionWords, flagChange, flagTitle } from './flag-words.ts';

const share = (percent: number) => ({
  shares: new Map([
    ['true', percent],
    ['false', 100 - percent],
  ]),
});
const split = (blue: number, green: number) => ({
  shares: new Map([
    ['blue', blue],
    ['green', green],
  ]),
});
const rule = (fields: Partial<FlagRule>): FlagRule => ({ key: '1', noun: 'targeting rule', ...fields });
const among = (...people: string[]) => new Map([['true', new Set(people)]]);

describe('flagChange', () => {
  it.each<[string, FlagState, FlagState]>([
    ['turned on', { on: false }, { on: true }],
    ['turned off', { on: true }, { on: false }],
    ['archived', { archived: false }, { archived: true }],
    ['restored from the archive', { archived: true }, { archived: false }],
    ['value 10 → 25', { value: '10' }, { value: '25' }],
    ['value (empty) → 25', { value: '' }, { value: '25' }],
    ['value changed', { value: `${'x'.repeat(80)}a` }, { value: `${'x'.repeat(80)}b` }],
    ['default variation blue → green', { serves: { variation: 'blue' } }, { serves: { variation: 'green' } }],
    ['rollout 20 % → 50 %', { serves: share(20) }, { serves: share(50) }],
    ['rollout 0 % → 12.5 %', { serves: { variation: 'false' } }, { serves: share(12.5) }],
    ['rollout 50 % → 100 %', { serves: share(50) }, { serves: { variation: 'true' } }],
    ['rollout blue 80 %, green 20 % → blue 50 %, green 50 %', { serves: split(80, 20) }, { serves: split(50, 50) }],
    ['rollout blue 100 % → blue 90 %, green 10 %', { serves: { variation: 'blue' } }, { serves: split(90, 10) }],
    ['off variation blue → green', { offVariation: 'blue' }, { offVariation: 'green' }],
    [
      'targeting rule added (“Staff”, team is payments, serves true)',
      { rules: [] },
      { rules: [rule({ name: 'Staff', when: 'team is payments', serves: { variation: 'true' } })] },
    ],
    [
      'targeting rule removed (country is DE, rollout 20 %)',
      { rules: [rule({ when: 'country is DE', serves: share(20) })] },
      { rules: [] },
    ],
    [
      'targeting rule “Staff”: rollout 10 % → 20 %',
      { rules: [rule({ name: 'Staff', serves: share(10) })] },
      { rules: [rule({ name: 'Staff', serves: share(20) })] },
    ],
    [
      'targeting rule “Staff”: serves blue → green',
      { rules: [rule({ name: 'Staff', serves: { variation: 'blue' } })] },
      { rules: [rule({ name: 'Staff', serves: { variation: 'green' } })] },
    ],
    [
      'rollout 10 % → 20 %',
      { rules: [rule({ noun: 'strategy', serves: share(10) })] },
      { rules: [rule({ noun: 'strategy', serves: share(20) })] },
    ],
    [
      'targeting rule “Staff”: now for team is support',
      { rules: [rule({ name: 'Staff', when: 'team is payments' })] },
      { rules: [rule({ name: 'Staff', when: 'team is support' })] },
    ],
    [
      'targeting rule for team is payments: now for everybody',
      { rules: [rule({ when: 'team is payments' })] },
      { rules: [rule({})] },
    ],
    [
      'strategy “Gradual”: stickiness default → userId',
      { rules: [rule({ noun: 'strategy', name: 'Gradual', settings: new Map([['stickiness', 'default']]) })] },
      { rules: [rule({ noun: 'strategy', name: 'Gradual', settings: new Map([['stickiness', 'userId']]) })] },
    ],
    ['constraints country is DE → country is AT', { constraints: 'country is DE' }, { constraints: 'country is AT' }],
    [
      'targeting rule “Staff”: turned off',
      { rules: [rule({ name: 'Staff', on: true })] },
      { rules: [rule({ name: 'Staff', on: false })] },
    ],
    [
      'targeting rules reordered',
      { rules: [rule({ key: '1' }), rule({ key: '2' })] },
      { rules: [rule({ key: '2' }), rule({ key: '1' })] },
    ],
    ['2 targets added to true', { targets: among() }, { targets: among('ada', 'grace') }],
    ['1 target removed from true', { targets: among('ada', 'grace') }, { targets: among('grace') }],
    ['prerequisite ledger-v2 added', { prerequisites: [] }, { prerequisites: ['ledger-v2'] }],
    ['prerequisite ledger-v2 removed', { prerequisites: ['ledger-v2'] }, { prerequisites: [] }],
    ['variation blue added', { variations: new Map() }, { variations: new Map([['blue', '1']]) }],
    ['variation blue 1 → 2', { variations: new Map([['blue', '1']]) }, { variations: new Map([['blue', '2']]) }],
    ['variation blue removed', { variations: new Map([['blue', '1']]) }, { variations: new Map() }],
  ])('says “%s”', (words, before, after) => {
    expect(flagChange(before, after).words).toEqual([words]);
  });

  it('says nothing of equal states, and nothing of what one side does not tell', () => {
    const state = { on: true, serves: share(20), rules: [rule({ name: 'Staff' })], targets: among('ada') };

    expect(flagChange(state, state)).toEqual({ words: [], before: {}, after: {} });
    expect(flagChange({}, state).words).toEqual([]);
    expect(flagChange(state, {}).words).toEqual([]);
  });

  it('shows before and after of what changed, and counts people instead of naming them', () => {
    const before = { on: true, serves: share(20), targets: among('ada'), value: 'same' };
    const after = { on: true, serves: share(50), targets: among('ada', 'grace'), value: 'same' };

    expect(flagChange(before, after)).toMatchObject({
      before: { default: 'rollout 20 %', targets: { true: 1 } },
      after: { default: 'rollout 50 %', targets: { true: 2 } },
    });
  });
});

describe('flagTitle', () => {
  it('names the flag and lists what changed', () => {
    expect(flagTitle('new-checkout', ['turned on', 'rollout 20 % → 50 %'])).toBe(
      'new-checkout: turned on, rollout 20 % → 50 %',
    );
    expect(flagTitle('new-checkout', [])).toBe('new-checkout: changed');
  });

  it('counts what does not fit', () => {
    const words = Array.from({ length: 30 }, (_, index) => `prerequisite number-${index} added`);

    expect(flagTitle('new-checkout', words)).toMatch(/^new-checkout: prerequisite number-0 added, .* and 24 more$/);
  });

  it('is one line of at most 300 characters, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.array(fc.string({ unit: 'binary' })),
        (flag, words) => {
          const title = flagTitle(flag, words);

          expect(Array.from(title).length).toBeLessThanOrEqual(300);
          expect(title).not.toMatch(/[\n\0]/);
        },
      ),
    );
  });
});

describe('conditionWords', () => {
  it.each([
    ['country is one of DE, AT', conditionWords('country', 'is one of', ['DE', 'AT'])],
    ['country is one of 1, 2, 3 and 2 more', conditionWords('country', 'is one of', ['1', '2', '3', '4', '5'])],
    ['in segment beta', conditionWords('', 'in segment', ['beta'])],
    ['country exists', conditionWords('country', 'exists', [])],
  ])('says “%s”', (words, told) => {
    expect(told).toBe(words);
  });
});

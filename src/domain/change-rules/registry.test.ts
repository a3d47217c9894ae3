import { expect, it } from 'vitest';
import { aFact, aRelease } from '../../../test/rule-facts.ts';
import { changeRules, eventFindings, historyFindings, holdsFor, ruleBehind, usualRules } from './registry.ts';
import { ruleNames } from './rule.ts';

const usual = usualRules.unreviewed;

it('has every rule once', () => {
  expect(changeRules.map(({ name }) => name).toSorted()).toEqual([...ruleNames].toSorted());
});

it('tells each risk by one rule only', () => {
  const found = changeRules.flatMap(({ finds }) => finds);

  expect(new Set(found).size).toBe(found.length);
  expect(ruleBehind('self-merged', usualRules)?.rule.name).toBe('unreviewed');
  expect(ruleBehind('failed', usualRules)).toBeNull();
});

it.each<[string, Partial<typeof usual>, { environment: string | null; services: string[] }, boolean]>([
  ['is on', {}, { environment: 'production', services: ['checkout'] }, true],
  ['is off', { on: false }, { environment: 'production', services: ['checkout'] }, false],
  ['holds there', { environments: ['production'] }, { environment: 'production', services: [] }, true],
  ['holds elsewhere', { environments: ['production'] }, { environment: 'staging', services: [] }, false],
  ['is of no environment', { environments: ['production'] }, { environment: null, services: [] }, true],
  ['excepts the service', { exceptServices: ['check*'] }, { environment: null, services: ['checkout'] }, false],
  ['excepts another', { exceptServices: ['ledger'] }, { environment: null, services: ['checkout'] }, true],
  ['excepts one of two', { exceptServices: ['ledger'] }, { environment: null, services: ['ledger', 'checkout'] }, true],
  ['knows no service', { exceptServices: ['**'] }, { environment: null, services: [] }, true],
])('a rule that %s', (_, setting, place, holds) => {
  expect(holdsFor({ ...usual, ...setting }, place)).toBe(holds);
});

it('asks what needs the history only with it', () => {
  const facts = aFact({ kind: 'flag', release: aRelease({ skipped: { mirrors: ['staging'], later: false } }) });

  expect(eventFindings(facts, usualRules).map(({ name }) => name)).toEqual(['flag-without-reason']);
  expect(historyFindings(facts, usualRules).map(({ name }) => name)).toEqual(['skipped-staging']);
});

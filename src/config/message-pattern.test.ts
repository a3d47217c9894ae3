import { describe, expect, it } from 'vitest';
import { patternProblem } from './message-pattern.ts';

describe('patternProblem', () => {
  it.each([
    String.raw`^(?<service>[\w-]+) (?<to>v?[\d.]+) deployed to (?<environment>\w+)( by (?<actor>.+))?$`,
    'Release finished',
    String.raw`(?:deployed|released) (?<service>\S+)`,
    String.raw`(?<commit>[0-9a-f]{7,40})`,
    '(?:ab){1}',
    '[(a+)*]',
    String.raw`\(a+\)*`,
    '(?:a|b)+c',
    '(?<=x+)y',
  ])('%s is taken', (pattern) => {
    expect(patternProblem(pattern)).toBeNull();
  });

  it.each([
    '(a+)+',
    '(a*)*$',
    '(?:a+b?)*',
    '((a+)b)+',
    '(?<service>(?:\\w+-?)+)+',
    '(a{2,})+',
    '([a-z]+){3}',
    '(x(?:y|z+))*',
  ])('%s can take for ever', (pattern) => {
    expect(patternProblem(pattern)).toContain('for ever');
  });

  it.each([
    ['(', 'is not a regular expression'],
    ['(?<servce>x)', 'has a group that is not known, servce'],
    ['x'.repeat(501), 'is longer than 500 characters'],
  ])('%.20s: %s', (pattern, problem) => {
    expect(patternProblem(pattern)).toContain(problem);
  });
});

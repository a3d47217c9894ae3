import { describe, expect, it } from 'vitest';
import { type BackportCommit, stateOf, weakest } from './backport.ts';
import type { Evidence } from '../evidence/ladder.ts';

/** `backported 0.7 of a merge`, `ask`, … */
function commits(...told: readonly string[]): readonly BackportCommit[] {
  return told.map((each, at) => {
    const [verdict = '', containment] = each.split(' ');
    const evidence: Evidence = {
      verdict: verdict as Evidence['verdict'],
      by: verdict === 'not-found' ? null : `${at}`,
      method: verdict === 'backported' ? 'named' : null,
      containment: containment === undefined ? null : Number(containment),
      missingFiles: [],
      revertedBy: null,
      reason: null,
    };
    const isMerge = each.endsWith('merge');
    return { commit: `${at}`, title: '', isMerge, evidence, judgedAt: new Date(0) };
  });
}

describe('the state of a fix', () => {
  it.each<[string, readonly string[], string]>([
    ['one commit that came', ['backported 1'], 'landed'],
    ['one that did not', ['not-found'], 'open'],
    ['one that was taken back', ['reverted 1'], 'open'],
    ['one that may be there', ['ask 0.4'], 'candidate'],
    ['one that nobody can tell', ['not-evaluated'], 'not-evaluable'],
    ['two of which one came', ['backported 1', 'not-found'], 'open'],
    ['two of which one came and one may', ['backported 1', 'ask 0.4'], 'candidate'],
    ['two of which one may be there and one is not', ['ask 0.4', 'not-found'], 'open'],
    ['a merge that came whole', ['ask 0.8', 'not-found', 'backported 0.9 merge'], 'landed'],
    ['commits that all came, not their merge', ['backported 1', 'backported 1', 'not-found merge'], 'landed'],
    ['a merge that may have come, not its commits', ['not-found', 'ask 0.8 merge'], 'open'],
  ])('%s', (_, told, expected) => {
    expect(stateOf(commits(...told))).toBe(expected);
  });
});

it('is told with the evidence that proves least of what counts', () => {
  expect(weakest(commits('backported 0.9', 'backported 0.6', 'not-found merge'))?.commit).toBe('1');
  expect(weakest(commits('ask 0.8', 'backported 0.7 merge'))?.commit).toBe('1');
  expect(weakest(commits('not-found'))).toBeNull();
});

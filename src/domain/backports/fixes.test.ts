import { describe, expect, it } from 'vitest';
import { type Linked, fixesIn, ownPullRequest } from './fixes.ts';

interface Named extends Linked {
  readonly number: number | null;
}

/** `c: b x #7`: the commit c, whose parents are b and x, merges the pull request 7. Newest first. */
function history(...lines: readonly string[]): readonly Named[] {
  return lines.map((line) => {
    const [commit = '', rest = ''] = line.split(':');
    const words = rest.trim().split(' ');
    const number = words.find((word) => word.startsWith('#'));
    return {
      commit,
      parents: words.filter((word) => word !== '' && !word.startsWith('#')),
      number: number === undefined ? null : Number(number.slice(1)),
    };
  });
}

describe('what came together', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['nothing', [], []],
    ['commits of no pull request are one each', ['c: b', 'b: a'], ['b', 'c']],
    ['a squashed pull request is its commit', ['c: b #7', 'b: a'], ['b', '#7 c']],
    ['a rebased one is all that name it', ['c: b #7', 'b: a #7'], ['#7 b c']],
    ['a merged one is its commits and the merge', ['m: b y #7', 'y: x', 'x: a', 'b: a'], ['b', '#7 x y m']],
    ['what a merged one merged belongs to it', ['m: b y #7', 'y: x z', 'z: a #3', 'x: a', 'b: a'], ['b', '#7 x z y m']],
    ['a merge that is none leaves what it brought', ['m: b y', 'y: x #7', 'x: a', 'b: a'], ['b', 'x', '#7 y']],
    [
      'the older of two merges brought what both have',
      ['n: m y #8', 'y: x', 'm: b x #7', 'x: a', 'b: a'],
      ['b', '#7 x m', '#8 y n'],
    ],
  ])('%s', (_, lines, expected) => {
    const fixes = fixesIn(history(...lines), ({ number }) => number).map(({ pullRequest, commits }) => {
      const names = commits.map(({ commit }) => commit).join(' ');
      return pullRequest === null ? names : `#${pullRequest} ${names}`;
    });
    expect(fixes.toSorted()).toEqual(expected.toSorted());
  });
});

describe('the pull request of a message', () => {
  it.each<[string, number | null]>([
    ['Cap batch size (#123)', 123],
    ['Merge pull request #123 from acme/fix\n\nCap batch size', 123],
    ["Merge branch 'fix' into 'release'\n\nSee merge request acme/checkout!12", 12],
    ['Fix #12 and #13', null],
    ['Cap batch size\n\nAs in (#7)', null],
    ['', null],
  ])('%j', (message, expected) => {
    expect(ownPullRequest(message)).toBe(expected);
  });
});

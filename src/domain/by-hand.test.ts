import { expect, it } from 'vitest';
import { aBackport, aCommit, aPull, clean, conflicts, openedAt } from '../../test/nag-views.ts';
import { byHandOf, handCommands } from './by-hand.ts';

const commit = { commit: 'c0ffee0', isMerge: false };
const made = { base: 'main', branch: 'backport/17-cap', commits: [commit], opening: 'push' } as const;

it('is what somebody types: the branch, the pick that says where it is from, the push that opens it', () => {
  expect(handCommands(made)).toEqual([
    'git fetch origin',
    'git switch -c backport/17-cap origin/main',
    'git cherry-pick -x c0ffee0',
    'git push -u -o merge_request.create -o merge_request.target=main origin backport/17-cap',
  ]);
});

it.each([
  ['a push that opens nothing', { opening: 'person' as const }, 'git push -u origin backport/17-cap'],
  ['a merge by what it brought', { commits: [{ ...commit, isMerge: true }] }, 'git cherry-pick -x -m 1 c0ffee0'],
  ['several at once', { commits: [commit, { commit: 'beef', isMerge: false }] }, 'git cherry-pick -x c0ffee0 beef'],
  ['the default branch where nobody knows another', { base: null }, 'git switch -c backport/17-cap origin/HEAD'],
  [
    'a name that a shell would run',
    { base: "a'; rm -rf ~" },
    String.raw`git switch -c backport/17-cap 'origin/a'\''; rm -rf ~'`,
  ],
])('takes %s', (_, other, command) => {
  expect(handCommands({ ...made, ...other })).toContain(command);
});

it.each([
  ['where we open none', {}, { pull: null, pick: clean }, 'push' as const, true],
  ['where it conflicts', {}, { pull: null, pick: conflicts }, 'ours' as const, true],
  ['where ours could not be made', {}, { pull: aPull({ state: 'failed' }), pick: clean }, 'ours' as const, true],
  ['no more where somebody has begun', {}, { pull: aPull(), pick: conflicts }, 'push' as const, false],
  [
    'not while git is read for what was merged',
    {},
    { pull: aPull({ state: 'merged' }), pick: clean },
    'push' as const,
    false,
  ],
  [
    'where what was merged is not there',
    { judgedAt: new Date(openedAt.getTime() + 1) },
    { pull: aPull({ state: 'merged' }), pick: clean },
    'push' as const,
    true,
  ],
  ['not where we do it', {}, { pull: null, pick: clean }, 'ours' as const, false],
  ['not of what never was a commit', { commits: [] }, { pull: null, pick: null }, 'push' as const, false],
  ['not of what has landed', { state: 'landed' as const }, { pull: null, pick: null }, 'push' as const, false],
  [
    'not of what has come',
    { commits: [aCommit({ verdict: 'backported' })] },
    { pull: null, pick: clean },
    'push' as const,
    false,
  ],
])('is told %s', (_, backport, stands, opening, isTold) => {
  expect(byHandOf(aBackport(backport), stands, opening) !== null).toBe(isTold);
});

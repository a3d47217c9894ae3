import { describe, expect, it } from 'vitest';
import { type PullCandidate, backportBranch, bringsHome, namedIn, speaksOfBackport } from './brings-home.ts';

const commit = '4f2a1c9d'.padEnd(40, '0');
const fix = { id: '12', title: 'Cap the batch size (#812)', pullRequest: 812, commits: [commit] };

function candidate(title: string, given: Partial<PullCandidate> & { readonly body?: string } = {}): PullCandidate {
  const { body = '', ...fields } = given;
  return {
    number: 900,
    title,
    branch: 'some-branch',
    base: 'main',
    speaks: speaksOfBackport(title, body),
    named: namedIn('acme/checkout', title, body),
    ...fields,
  };
}

describe('a pull request brings a fix home', () => {
  it.each<[string, PullCandidate]>([
    ['that comes from a branch of ours', candidate('Anything', { branch: 'backport/12-cap' })],
    ['whose body names a commit of it', candidate('Anything', { body: `(cherry picked from commit ${commit})` })],
    ['whose body names the beginning of one', candidate('Anything', { body: `picks ${commit.slice(0, 12)}` })],
    ['that is called a backport of its pull request', candidate('Backport #812 to main')],
    ['that is called so in other words', candidate('Cherry-pick of acme/checkout#812')],
    ['whose body has its page', candidate('[back-port]', { body: 'https://github.com/acme/checkout/pull/812' })],
    ['that is called the same', candidate('[main] cap the  batch size')],
    ['that is called the same, with numbers', candidate('Cap the batch size (#812) (#900)')],
  ])('%s', (_, pull) => {
    expect(bringsHome(pull, fix, 'main')).toBe(true);
  });

  it.each<[string, PullCandidate]>([
    ['to another branch', candidate('Backport #812', { base: 'release/1.2' })],
    ['that is its own', candidate('Cap the batch size', { number: 812 })],
    ['that only mentions it', candidate('Document #812')],
    ['that names a longer number', candidate('Backport #8123')],
    ['that names the number of another repository', candidate('Backport acme/web#812')],
    ['from a branch of ours for another', candidate('Anything', { branch: 'backport/123-cap' })],
    ['that names a short commit', candidate('Anything', { body: commit.slice(0, 7) })],
  ])('but not one %s', (_, pull) => {
    expect(bringsHome(pull, fix, 'main')).toBe(false);
  });

  it('but not by a title of two words, which many have', () => {
    expect(bringsHome(candidate('Fix typo'), { ...fix, title: 'Fix typo' }, 'main')).toBe(false);
  });
});

it.each([
  ['Cap the batch size (#812)', 1, 'backport/12-cap-the-batch-size'],
  ['Cap the batch size (#812)', 3, 'backport/12-cap-the-batch-size-3'],
  ['[security] Größe: -x ..lock', 1, 'backport/12-gro-e-x-lock'],
  ['漢字', 1, 'backport/12-fix'],
  ['a'.repeat(200), 1, `backport/12-${'a'.repeat(50)}`],
])('the branch for %j, attempt %i, is %s', (title, attempt, branch) => {
  expect(backportBranch({ id: '12', title }, attempt)).toBe(branch);
});

import { describe, expect, it } from 'vitest';
import { readSource } from '../../../test/read-source.ts';
import { github } from '../github.ts';

const pull = {
  number: 813,
  title: '[backport staging] Cap the batch (#812)',
  body: '(cherry picked from commit 4f2a1c9d00)',
  html_url: 'https://github.com/acme/checkout/pull/813',
  state: 'open',
  draft: true,
  merged: false,
  updated_at: '2026-11-20T15:00:00Z',
  user: { login: 'ada' },
  head: { ref: 'backport/12-cap' },
  base: { ref: 'main' },
  requested_reviewers: [{ login: 'grace' }],
  requested_teams: [{ slug: 'payments' }],
};
const repository = { full_name: 'Acme/checkout', default_branch: 'main', html_url: 'https://github.com/acme/checkout' };

function read(changed: object, action = 'opened') {
  const body = { action, number: 813, pull_request: { ...pull, ...changed }, repository, sender: { login: 'ada' } };
  return readSource(github, body, {
    headers: { 'x-github-event': 'pull_request', 'content-type': 'application/json' },
  });
}

describe('a pull request that speaks of a backport', () => {
  it('is told of with where it stands, and is no change', () => {
    expect(read({})).toMatchObject({
      outcome: 'events',
      events: [
        {
          statement: {
            key: 'github:pull_request:acme/checkout#813:opened:2026-11-20T15:00:00.000Z',
            phase: 'mentioned',
            standing: {
              state: 'open',
              draft: true,
              branch: 'backport/12-cap',
              base: 'main',
              asked: ['grace', 'acme/payments'],
              named: { commits: ['4f2a1c9d00'], pulls: [812] },
            },
          },
          identities: [{ type: 'pull-request', value: 'acme/checkout#813' }],
        },
      ],
    });
  });

  it('is told of when it is merged, beside the change that this is', () => {
    const merged = {
      state: 'closed',
      merged: true,
      merged_at: '2026-11-20T15:00:00Z',
      merge_commit_sha: 'a'.repeat(40),
    };
    const parsed = read(merged, 'closed');

    expect(parsed).toMatchObject({
      events: [{ statement: { phase: 'happened', kind: 'merge' } }, { statement: { standing: { state: 'merged' } } }],
    });
  });
});

it.each<[string, object]>([
  ['speaks of none', { title: 'Cap the batch', body: null, head: { ref: 'cap' } }],
  ['cannot be read as far as that needs', { updated_at: 'yesterday' }],
])('a pull request that %s is ignored until it is merged', (_, changed) => {
  expect(read(changed)).toEqual({ outcome: 'ignored', reason: 'a pull request opened' });
});

import { describe, expect, it } from 'vitest';
import { aChange } from '../../test/answers.ts';
import type { Change } from './change.ts';
import { undoneBy } from './undone.ts';

function at(minute: number): Date {
  return new Date(Date.UTC(2026, 10, 20, 14, minute));
}

let ids = 0;

function change(minute: number, fields: Partial<Change> = {}): Change {
  ids += 1;
  const when = at(minute);
  return aChange({ id: `${ids}`, status: 'succeeded', occurredAt: when, finishedAt: when, ...fields });
}

const carried = (
  titles: readonly string[],
  given: Partial<NonNullable<Change['carried']>> = {},
): Change['carried'] => ({
  by: 'git',
  commits: [],
  pullRequests: titles.map((title, index) => ({ repository: 'acme/checkout', number: 800 + index, title })),
  total: titles.length,
  direction: 'forward',
  lost: 0,
  ...given,
});

const deploy = change(10, { from: '1.1', to: '1.2', commit: 'c'.repeat(40), previousCommit: 'b'.repeat(40) });
const flag = (minute: number, title: string, before: object, after: object, fields: Partial<Change> = {}) =>
  change(minute, {
    kind: 'flag',
    status: null,
    finishedAt: null,
    title,
    before: { ...before },
    after: { ...after },
    ...fields,
  });

describe('a deploy is taken back', () => {
  it.each<[string, Partial<Change>]>([
    ['by a rollback to the version before', { kind: 'rollback', from: '1.2', to: '1.1' }],
    ['by a rollback past it, to one that is older still', { kind: 'rollback', from: '1.2', to: '1.0' }],
    ['by a rollback of which nobody says where to', { kind: 'rollback', from: null, to: null }],
    ['by a deploy of the version before, however it is written', { from: '1.2', to: 'v1.1' }],
    ['by a deploy of the commit before', { to: 'hotfix', commit: 'b'.repeat(40) }],
    ['by a deploy that git shows to go back', { to: '1.0', carried: carried([], { direction: 'backward' }) }],
  ])('%s', (_, fields) => {
    const back = change(20, fields);

    expect(undoneBy(deploy, [back, deploy])?.id).toBe(back.id);
  });

  it.each<[string, readonly Change[]]>([
    ['by nothing', []],
    ['by the next version', [change(20, { from: '1.2', to: '1.3' })]],
    ['by itself, told again', [change(20, { from: '1.1', to: '1.2' })]],
    ['by a rollback before it', [change(5, { kind: 'rollback', from: '1.2', to: '1.1' })]],
    [
      'by a rollback that began before it and took longer',
      [change(5, { kind: 'rollback', to: '1.1', finishedAt: at(30) })],
    ],
    ['by a rollback that failed', [change(20, { kind: 'rollback', to: '1.1', status: 'failed' })]],
    [
      'by a rollback that is under way',
      [change(20, { kind: 'rollback', to: '1.1', status: 'started', finishedAt: null })],
    ],
    ['by a rollback elsewhere', [change(20, { kind: 'rollback', to: '1.1', environment: 'staging' })]],
    ['by a rollback of another service', [change(20, { kind: 'rollback', to: '1.1', service: 'ledger' })]],
    ['by a rollback to it', [change(20, { to: '1.3' }), change(30, { kind: 'rollback', from: '1.3', to: '1.2' })]],
    [
      'by a rollback to one that came after it',
      [change(20, { to: '1.3' }), change(25, { to: '1.4' }), change(30, { kind: 'rollback', from: '1.4', to: '1.3' })],
    ],
    [
      'by a rollback of what came after it, of which nobody says where to',
      [change(20, { to: '1.3' }), change(30, { kind: 'rollback', from: null, to: null })],
    ],
  ])('not %s', (_, others) => {
    expect(undoneBy(deploy, [...others, deploy])).toBeNull();
  });

  it('by the first that did, in whatever order they are given', () => {
    const first = change(20, { kind: 'rollback', from: '1.2', to: '1.1' });
    const second = change(40, { kind: 'rollback', from: '1.2', to: '1.0' });

    expect(undoneBy(deploy, [second, deploy, first])?.id).toBe(first.id);
  });
});

describe('a setting is taken back', () => {
  const on = flag(10, 'new-ledger: turned on', { on: false }, { on: true });

  it.each<[string, Change, Change]>([
    ['a flag turned off again', on, flag(20, 'new-ledger: turned off', { on: true }, { on: false })],
    [
      'a configuration value set back by another title',
      change(10, { kind: 'config', title: 'Lower it', before: { PAYMENT_TIMEOUT: 30 }, after: { PAYMENT_TIMEOUT: 5 } }),
      change(20, { kind: 'config', title: 'Oops', before: { PAYMENT_TIMEOUT: 5 }, after: { PAYMENT_TIMEOUT: 30 } }),
    ],
    [
      'a key that is removed again',
      change(10, { kind: 'config', title: 'Add', before: {}, after: { CACHE_URL: 'x' } }),
      change(20, { kind: 'config', title: 'Remove', before: { CACHE_URL: 'x' }, after: {} }),
    ],
    [
      'a rollout told as a step',
      change(10, { kind: 'flag', title: 'new-ledger', from: '20 %', to: '50 %' }),
      change(20, { kind: 'flag', title: 'new-ledger', from: '50 %', to: '20 %' }),
    ],
    [
      'what shares an identity',
      flag(10, 'Ship it', { on: false }, { on: true }, { identities: [{ type: 'flag', value: 'new-ledger' }] }),
      flag(20, 'Back out', { on: true }, { on: false }, { identities: [{ type: 'flag', value: 'new-ledger' }] }),
    ],
    [
      'an edit that a later one says it reverts',
      change(10, { kind: 'config', title: 'Lower the pool size (#12)' }),
      change(20, { kind: 'config', title: 'Revert "Lower the pool size" (#13)' }),
    ],
  ])('%s', (_, first, back) => {
    expect(undoneBy(first, [first, back])?.id).toBe(back.id);
  });

  it.each<[string, Change]>([
    ['by another flag that is turned off', flag(20, 'dark-mode: turned off', { on: true }, { on: false })],
    ['by the same flag going further', flag(20, 'new-ledger: rollout', { share: 20 }, { share: 50 })],
    [
      'by the same in staging',
      flag(20, 'new-ledger: turned off', { on: true }, { on: false }, { environment: 'staging' }),
    ],
    ['by what came before', flag(5, 'new-ledger: turned off', { on: true }, { on: false })],
  ])('not %s', (_, other) => {
    expect(undoneBy(on, [on, other])).toBeNull();
  });

  it('a drift that is over tells so itself', () => {
    const drift = change(10, { kind: 'drift', finishedAt: at(20) });
    const there = change(10, { kind: 'drift', status: 'started', finishedAt: null });

    expect(undoneBy(drift, [drift])).toBe(drift);
    expect(undoneBy(there, [there])).toBeNull();
  });
});

describe('a title that says revert', () => {
  const one = change(10, { title: 'deploy', to: '1.2', carried: carried(['Retry payment calls']) });
  const many = change(10, { title: 'deploy', to: '1.2', carried: carried(['Retry payment calls', 'Show VAT']) });

  it.each<[string, Change, readonly Change[], number | null]>([
    [
      'in what a later deploy carries',
      one,
      [change(20, { to: '1.3', carried: carried(['Revert "Retry payment calls"']) })],
      0,
    ],
    ['by number', one, [change(20, { to: '1.3', title: 'Revert #800' })], 0],
    [
      'as conventional commits write it',
      one,
      [change(20, { to: '1.3', title: 'revert: retry payment calls (#815)' })],
      0,
    ],
    ['of one thing among several', many, [change(20, { to: '1.3', title: 'Revert "Retry payment calls"' })], null],
    [
      'only merged',
      one,
      [change(20, { kind: 'merge', title: 'Revert "Retry payment calls"', environment: null, status: null })],
      null,
    ],
    [
      'merged and then deployed',
      one,
      [
        change(20, { kind: 'merge', title: 'Revert "Retry payment calls"', environment: null, status: null }),
        change(30, { to: '1.3' }),
      ],
      1,
    ],
    [
      'of another service',
      one,
      [change(20, { title: 'Revert "Retry payment calls"', service: 'x', repository: 'acme/x' })],
      null,
    ],
    ['of the revert', one, [change(20, { to: '1.3', title: 'Revert "Revert "Retry payment calls""' })], null],
  ])('%s', (_, first, others, expected) => {
    const found = undoneBy(first, [first, ...others]);

    expect(found?.id ?? null).toBe(expected === null ? null : others[expected]?.id);
  });
});

import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { type GroupCommitLimits, groupCommit } from './group-commit.ts';

const limits: GroupCommitLimits = { items: 4, bytes: 100, waitingBytes: 1000, parallel: 1 };

function refusal(): Error {
  return Object.assign(new pg.DatabaseError('violates check constraint', 0, 'error'), { code: '23514' });
}

/** A commit that ends when it is told to. */
function held() {
  const groups: (readonly string[])[] = [];
  const release: (() => void)[] = [];
  const commit = async (items: readonly string[]) => {
    groups.push(items);
    await new Promise<void>((resolve) => release.push(resolve));
    return items.map((item) => item.toUpperCase());
  };
  return { groups, release, commit };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('items that arrive while a transaction commits', () => {
  it('share the next one, and each gets its own result', async () => {
    const { groups, release, commit } = held();
    const commits = groupCommit(commit, limits);
    const first = commits.write('a', 1);
    await turn();
    const others = [commits.write('b', 1), commits.write('c', 1)];
    release.shift()?.();
    await first;
    await turn();
    release.shift()?.();

    expect(await Promise.all([first, ...others])).toEqual(
      ['A', 'B', 'C'].map((result) => ({ outcome: 'written', result })),
    );
    expect(groups).toEqual([['a'], ['b', 'c']]);
  });

  it.each([
    ['items', ['a', 'b', 'c', 'd', 'e'], 1, [['a', 'b', 'c', 'd'], ['e']]],
    ['bytes', ['a', 'b', 'c'], 40, [['a', 'b'], ['c']]],
    ['bytes, and a larger one goes alone', ['a', 'b'], 500, [['a'], ['b']]],
  ])('are split by the limit of %s', async (_, items, bytes, expected) => {
    const groups: (readonly string[])[] = [];
    const commits = groupCommit((group: readonly string[]) => {
      groups.push(group);
      return Promise.resolve(group);
    }, limits);
    await Promise.all(items.map((item) => commits.write(item, bytes)));

    expect(groups).toEqual(expected);
  });
});

describe('what cannot be written', () => {
  it('harms no other item of its group', async () => {
    const commits = groupCommit((group: readonly string[]) => {
      if (group.includes('bad')) throw refusal();
      return Promise.resolve(group);
    }, limits);
    const written = await Promise.all(['a', 'bad', 'b'].map((item) => commits.write(item, 1)));

    expect(written.map((each) => each.outcome)).toEqual(['written', 'refused', 'written']);
  });

  it('is unavailable, not refused, when the database cannot be asked', async () => {
    const commits = groupCommit(() => Promise.reject(new Error('Connection terminated')), limits);

    expect(await commits.write('a', 1)).toMatchObject({ outcome: 'unavailable' });
  });

  it('is tried again after a deadlock', async () => {
    let attempts = 0;
    const commits = groupCommit((group: readonly string[]) => {
      attempts += 1;
      if (attempts === 1) throw Object.assign(new pg.DatabaseError('deadlock detected', 0, 'error'), { code: '40P01' });
      return Promise.resolve(group);
    }, limits);

    expect(await commits.write('a', 1)).toEqual({ outcome: 'written', result: 'a' });
  });

  it('is turned away when too much waits already, and accepted again afterwards', async () => {
    const { release, commit } = held();
    const commits = groupCommit(commit, limits);
    const waiting = commits.write('a', 900);
    await turn();

    expect(await commits.write('b', 200)).toMatchObject({ outcome: 'unavailable' });

    release.shift()?.();
    await waiting;
    const later = commits.write('c', 200);
    await turn();
    release.shift()?.();
    expect(await later).toEqual({ outcome: 'written', result: 'C' });
  });
});

it('is idle once everything has been answered', async () => {
  const { release, commit } = held();
  const commits = groupCommit(commit, limits);
  const written = commits.write('a', 1);
  await turn();
  const order: string[] = [];
  const idle = commits.idle().then(() => order.push('idle'));
  void written.then(() => order.push('written'));
  release.shift()?.();
  await idle;

  expect(order).toEqual(['written', 'idle']);
});

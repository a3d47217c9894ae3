import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { type GroupCommitLimits, groupCommit } from './group-commit.ts';

const limits: GroupCommitLimits = { items: 4, bytes: 100, waitingBytes: 2000, parallel: 1 };

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
    const first = commits.write('a', 1, 'github');
    await turn();
    const others = [commits.write('b', 1, 'github'), commits.write('c', 1, 'github')];
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
    await Promise.all(items.map((item) => commits.write(item, bytes, 'github')));

    expect(groups).toEqual(expected);
  });
});

describe('what can be written ahead', () => {
  /** Writes those in capitals ahead, and each of the others with what came with it. */
  function aheadOf(ahead: (items: readonly string[]) => Promise<readonly (string | null)[]>) {
    const groups: (readonly string[])[] = [];
    const commit = (items: readonly string[]) => {
      groups.push(items);
      return Promise.resolve(items.map(() => 'together'));
    };
    const commits = groupCommit(commit, limits, ahead);
    return { groups, write: () => Promise.all(['a', 'B', 'c', 'D'].map((item) => commits.write(item, 1, 'github'))) };
  }

  it('is not written again with the rest', async () => {
    const { groups, write } = aheadOf((items) =>
      Promise.resolve(items.map((item) => (item === item.toUpperCase() ? 'ahead' : null))),
    );

    expect((await write()).map((each) => each.outcome === 'written' && each.result)).toEqual([
      'together',
      'ahead',
      'together',
      'ahead',
    ]);
    expect(groups).toEqual([['a', 'c']]);
  });

  it.each([
    ['refuses it', refusal()],
    ['has a deadlock', Object.assign(new pg.DatabaseError('deadlock detected', 0, 'error'), { code: '40P01' })],
  ])('is written with the rest when the database %s', async (_, error) => {
    const { groups, write } = aheadOf(() => Promise.reject(error));

    expect(new Set((await write()).map((each) => each.outcome))).toEqual(new Set(['written']));
    expect(groups).toEqual([['a', 'B', 'c', 'D']]);
  });

  it('is unavailable when nobody knows whether it was', async () => {
    const { groups, write } = aheadOf(() => Promise.reject(new Error('Connection terminated unexpectedly')));

    expect(new Set((await write()).map((each) => each.outcome))).toEqual(new Set(['unavailable']));
    expect(groups).toEqual([]);
  });
});

describe('what cannot be written', () => {
  it('harms no other item of its group', async () => {
    const commits = groupCommit((group: readonly string[]) => {
      if (group.includes('bad')) throw refusal();
      return Promise.resolve(group);
    }, limits);
    const written = await Promise.all(['a', 'bad', 'b'].map((item) => commits.write(item, 1, 'github')));

    expect(written.map((each) => each.outcome)).toEqual(['written', 'refused', 'written']);
  });

  it('is unavailable, not refused, when the database cannot be asked', async () => {
    const commits = groupCommit(() => Promise.reject(new Error('Connection terminated')), limits);

    expect(await commits.write('a', 1, 'github')).toMatchObject({ outcome: 'unavailable' });
  });

  it('is tried again after a deadlock', async () => {
    let attempts = 0;
    const commits = groupCommit((group: readonly string[]) => {
      attempts += 1;
      if (attempts === 1) throw Object.assign(new pg.DatabaseError('deadlock detected', 0, 'error'), { code: '40P01' });
      return Promise.resolve(group);
    }, limits);

    expect(await commits.write('a', 1, 'github')).toEqual({ outcome: 'written', result: 'a' });
  });

  it('is turned away when too much waits already, and accepted again afterwards', async () => {
    const { release, commit } = held();
    const commits = groupCommit(commit, limits);
    const waiting = commits.write('a', 900, 'github');
    await turn();

    expect(await commits.write('b', 200, 'github')).toMatchObject({ outcome: 'unavailable' });

    release.shift()?.();
    await waiting;
    const later = commits.write('c', 200, 'github');
    await turn();
    release.shift()?.();
    expect(await later).toEqual({ outcome: 'written', result: 'C' });
  });
});

it('is idle once everything has been answered', async () => {
  const { release, commit } = held();
  const commits = groupCommit(commit, limits);
  const written = commits.write('a', 1, 'github');
  await turn();
  const order: string[] = [];
  const idle = commits.idle().then(() => order.push('idle'));
  void written.then(() => order.push('written'));
  release.shift()?.();
  await idle;

  expect(order).toEqual(['written', 'idle']);
});

describe('lanes', () => {
  it('take turns, each in its own order', async () => {
    const { groups, release, commit } = held();
    const commits = groupCommit(commit, limits);
    const first = commits.write('first', 1, 'aws');
    await turn();
    const flood = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((item) => commits.write(item, 1, 'aws'));
    const others = [
      commits.write('g1', 1, 'github'),
      commits.write('g2', 1, 'github'),
      commits.write('p1', 1, 'pagerduty'),
    ];
    for (let group = 0; group < 4; group += 1) {
      release.shift()?.();
      await turn();
      await turn();
    }
    await Promise.all([first, ...flood, ...others]);

    expect(groups).toEqual([['first'], ['a1', 'g1', 'p1', 'a2'], ['a3', 'g2', 'a4', 'a5'], ['a6']]);
  });

  it('that are full turn their own items away and no others', async () => {
    const { release, commit } = held();
    const commits = groupCommit(commit, limits);
    const waiting = [commits.write('a', 600, 'aws'), commits.write('b', 400, 'aws')];
    const refused = await commits.write('c', 1, 'aws');
    const other = commits.write('d', 400, 'github');
    await turn();
    for (let group = 0; group < 3; group += 1) {
      release.shift()?.();
      await turn();
      await turn();
    }

    expect(refused.outcome).toBe('unavailable');
    expect((await Promise.all([...waiting, other])).map(({ outcome }) => outcome)).toEqual([
      'written',
      'written',
      'written',
    ]);
  });

  it('keep what waits in them however long a flood lasts', async () => {
    const written: string[] = [];
    const commits = groupCommit(
      (items: readonly string[]) => {
        written.push(...items);
        return Promise.resolve(items);
      },
      { ...limits, waitingBytes: 100_000 },
    );
    const items = Array.from({ length: 5000 }, (_, n) => String(n));
    await Promise.all(items.map((item) => commits.write(item, 1, 'aws')));

    expect(written).toEqual(items);
  });
});

import pg from 'pg';

/**
 * Why an item was not written. `refused`: the database does not take this very item, however often it is tried.
 * `unavailable`: the database could not be asked, or too much is waiting already; nothing was written, try again.
 */
export type Written<R> =
  | { readonly outcome: 'written'; readonly result: R }
  | { readonly outcome: 'refused'; readonly error: Error }
  | { readonly outcome: 'unavailable'; readonly error: Error };

export interface GroupCommit<T, R> {
  /**
   * Resolves once the transaction with this item has committed, or could not. Never rejects. Lanes take turns, so that a
   * flood in one does not keep those in others waiting; within a lane order is kept.
   */
  write(item: T, bytes: number, lane: string): Promise<Written<R>>;
  /** Resolves when nothing waits or is under way any more. */
  idle(): Promise<void>;
}

export interface GroupCommitLimits {
  /** Items in one transaction. */
  readonly items: number;
  /** Bytes in one transaction; a larger single item goes alone. */
  readonly bytes: number;
  /** Bytes that may wait in memory before new items are turned away; each lane may fill half of it. */
  readonly waitingBytes: number;
  /** Transactions under way at once. */
  readonly parallel: number;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly lane: string;
  readonly bytes: number;
  readonly settle: (written: Written<R>) => void;
}

/** Items taken from a lane before its list is made anew. */
const compactAt = 1024;

/** Its items are taken from the front: `taken` of them are gone. */
interface Lane<T, R> {
  items: Waiting<T, R>[];
  taken: number;
}

/**
 * Lets concurrent items share a transaction: while one commits, the next gather. `commit` writes all of its items or,
 * if it throws, none. When the database refuses a group, its items are tried one by one, so that one bad item does not
 * harm the others. `ahead` is asked before it: what it writes in a transaction of its own is settled, what it answers
 * null for is left to `commit`, and so are all of its items, if it throws because the database refuses them.
 */
export function groupCommit<T, R>(
  commit: (items: readonly T[]) => Promise<readonly R[]>,
  limits: GroupCommitLimits,
  ahead?: (items: readonly T[]) => Promise<readonly (R | null)[]>,
): GroupCommit<T, R> {
  const lanes = new Map<string, Lane<T, R>>();
  const bytesIn = new Map<string, number>();
  let waitingBytes = 0;
  let underWay = 0;
  let whenIdle: (() => void)[] = [];

  /** One of each lane in turn. */
  function next(): readonly Waiting<T, R>[] {
    const group: Waiting<T, R>[] = [];
    let bytes = 0;
    for (;;) {
      for (const [name, lane] of lanes) {
        const first = lane.items[lane.taken];
        if (first === undefined) throw new Error('a lane without items');
        bytes += first.bytes;
        if (group.length > 0 && (group.length >= limits.items || bytes > limits.bytes)) return group;
        group.push(first);
        lane.taken += 1;
        if (lane.taken === lane.items.length) lanes.delete(name);
        else if (lane.taken >= compactAt) lanes.set(name, { items: lane.items.slice(lane.taken), taken: 0 });
      }
      if (lanes.size === 0) return group;
    }
  }

  async function pump(): Promise<void> {
    underWay += 1;
    while (lanes.size > 0) {
      await settle(next());
    }
    underWay -= 1;
    if (underWay > 0) return;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  }

  function release({ lane, bytes }: Waiting<T, R>): void {
    const left = (bytesIn.get(lane) ?? 0) - bytes;
    if (left > 0) bytesIn.set(lane, left);
    else bytesIn.delete(lane);
    waitingBytes -= bytes;
  }

  function finish(each: Waiting<T, R>, written: Written<R>): void {
    release(each);
    each.settle(written);
  }

  async function settle(group: readonly Waiting<T, R>[]): Promise<void> {
    const left = ahead === undefined ? group : await settleAhead(group, ahead);
    if (left.length > 0) await settleLeft(left);
  }

  async function settleLeft(group: readonly Waiting<T, R>[]): Promise<void> {
    const written = await attempt(group);
    if (written.outcome !== 'refused' || group.length === 1) {
      for (const [index, each] of group.entries()) finish(each, resultFor(written, index));
      return;
    }
    for (const each of group) await settleLeft([each]);
  }

  /** Those that are left to be written. */
  async function settleAhead(
    group: readonly Waiting<T, R>[],
    write: NonNullable<typeof ahead>,
  ): Promise<readonly Waiting<T, R>[]> {
    try {
      const results = await write(group.map((each) => each.item));
      return group.filter((each, index) => {
        const result = results[index] ?? null;
        if (result !== null) finish(each, { outcome: 'written', result });
        return result === null;
      });
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error('writing ahead failed', { cause });
      if (isTransient(error) || isRefusal(error)) return group;
      // It may have been written all the same, and then writing it again would be refused.
      for (const each of group) finish(each, { outcome: 'unavailable', error });
      return [];
    }
  }

  async function attempt(group: readonly Waiting<T, R>[], tries = 3): Promise<Written<readonly R[]>> {
    try {
      return { outcome: 'written', result: await commit(group.map((each) => each.item)) };
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error('commit failed', { cause });
      if (isTransient(error) && tries > 1) return attempt(group, tries - 1);
      return { outcome: isRefusal(error) ? 'refused' : 'unavailable', error };
    }
  }

  return {
    write(item, bytes, lane) {
      const inLane = bytesIn.get(lane) ?? 0;
      const full = waitingBytes + bytes > limits.waitingBytes || inLane + bytes > limits.waitingBytes / 2;
      if (full && inLane > 0) {
        return Promise.resolve({ outcome: 'unavailable', error: new Error('too many deliveries are waiting') });
      }
      waitingBytes += bytes;
      bytesIn.set(lane, inLane + bytes);
      return new Promise((settleItem) => {
        const idle = lanes.size === 0;
        const queue = lanes.get(lane) ?? { items: [], taken: 0 };
        lanes.set(lane, queue);
        queue.items.push({ item, lane, bytes, settle: settleItem });
        // Items that arrive in the same turn of the event loop go together.
        if (underWay < limits.parallel && idle) setImmediate(() => void pump());
      });
    },
    idle() {
      if (underWay === 0 && lanes.size === 0) return Promise.resolve();
      return new Promise((resolve) => whenIdle.push(resolve));
    },
  };
}

function resultFor<R>(written: Written<readonly R[]>, index: number): Written<R> {
  if (written.outcome !== 'written') return written;
  const result = written.result[index];
  if (result === undefined) throw new Error('a commit answered for fewer items than it was given');
  return { outcome: 'written', result };
}

/** Deadlock, serialisation failure: another transaction was in the way, and the same one may well pass now. */
function isTransient(error: Error): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001');
}

/**
 * It is the item, not the database: a constraint, bad data, or our own code stumbling over it. Everything else (SQLSTATE
 * classes 08 connection, 40 rollback, 53 out of resources, 55 in use, 57 operator, 58 system; socket errors) may pass when tried later.
 */
export function isRefusal(error: unknown): error is Error {
  if (error instanceof pg.DatabaseError)
    return !['08', '40', '53', '55', '57', '58'].includes(error.code?.slice(0, 2) ?? '');
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

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
  /** Resolves once the transaction with this item has committed, or could not. Never rejects. */
  write(item: T, bytes: number): Promise<Written<R>>;
  /** Resolves when nothing waits or is under way any more. */
  idle(): Promise<void>;
}

export interface GroupCommitLimits {
  /** Items in one transaction. */
  readonly items: number;
  /** Bytes in one transaction; a larger single item goes alone. */
  readonly bytes: number;
  /** Bytes that may wait in memory before new items are turned away. */
  readonly waitingBytes: number;
  /** Transactions under way at once. */
  readonly parallel: number;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly bytes: number;
  readonly settle: (written: Written<R>) => void;
}

/**
 * Lets concurrent items share a transaction: while one commits, the next gather. `commit` writes all of its items or,
 * if it throws, none. When the database refuses a group, its items are tried one by one, so that one bad item does not
 * harm the others.
 */
export function groupCommit<T, R>(
  commit: (items: readonly T[]) => Promise<readonly R[]>,
  limits: GroupCommitLimits,
): GroupCommit<T, R> {
  let waiting: Waiting<T, R>[] = [];
  let waitingBytes = 0;
  let underWay = 0;
  let whenIdle: (() => void)[] = [];

  function next(): readonly Waiting<T, R>[] {
    let bytes = 0;
    const end = waiting.findIndex((each, index) => {
      bytes += each.bytes;
      return index > 0 && (index >= limits.items || bytes > limits.bytes);
    });
    const group = end === -1 ? waiting : waiting.slice(0, end);
    waiting = end === -1 ? [] : waiting.slice(end);
    return group;
  }

  async function pump(): Promise<void> {
    underWay += 1;
    while (waiting.length > 0) {
      await settle(next());
    }
    underWay -= 1;
    if (underWay > 0) return;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  }

  async function settle(group: readonly Waiting<T, R>[]): Promise<void> {
    const written = await attempt(group);
    if (written.outcome !== 'refused' || group.length === 1) {
      for (const [index, each] of group.entries()) {
        waitingBytes -= each.bytes;
        each.settle(resultFor(written, index));
      }
      return;
    }
    for (const each of group) await settle([each]);
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
    write(item, bytes) {
      if (waitingBytes + bytes > limits.waitingBytes && waitingBytes > 0) {
        return Promise.resolve({ outcome: 'unavailable', error: new Error('too many deliveries are waiting') });
      }
      waitingBytes += bytes;
      return new Promise((settleItem) => {
        waiting.push({ item, bytes, settle: settleItem });
        // Items that arrive in the same turn of the event loop go together.
        if (underWay < limits.parallel && waiting.length === 1) setImmediate(() => void pump());
      });
    },
    idle() {
      if (underWay === 0 && waiting.length === 0) return Promise.resolve();
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

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export interface WatchOptions {
  readonly path: string;
  /** Milliseconds between two looks. */
  readonly every: number;
  readonly signal: AbortSignal;
  /** Called when the file has become another and stayed so for one more look; the next look waits for it. */
  readonly changed: () => Promise<void>;
}

/**
 * Looks at a file now and again until `signal`. By its content: also through the symbolic links by which Kubernetes
 * swaps a ConfigMap, over network file systems, and where an editor writes a new file in place of the old. One that is
 * being written is left alone until it stays the same. Never throws.
 */
export async function watchFile({ path, every, signal, changed }: WatchOptions): Promise<void> {
  // What it was when it was told last. Before we began to look it may have become another already.
  let told: string | null = null;
  let before: Look = { stamp: '', content: '' };
  while (await passes(every, signal)) {
    const now = await look(path, before);
    const stays = now.content === before.content;
    before = now;
    if (!stays || now.content === told) continue;
    told = now.content;
    await changed();
  }
}

interface Look {
  /** What the file system says of it; empty: nothing, or it cannot be asked. */
  readonly stamp: string;
  readonly content: string;
}

async function look(path: string, before: Look): Promise<Look> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(path);
    const stamp = [ino, size, mtimeMs, ctimeMs].join(' ');
    if (stamp === before.stamp) return before;
    return {
      stamp,
      content: createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    };
  } catch (error) {
    return { stamp: '', content: error instanceof Error && 'code' in error ? String(error.code) : 'unreadable' };
  }
}

async function passes(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, { signal, ref: false });
    return true;
  } catch {
    return false;
  }
}

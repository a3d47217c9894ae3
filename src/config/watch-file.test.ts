import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchFile } from './watch-file.ts';

const every = 20;
let folder: string;
let path: string;
let told: number;
let stopping: AbortController;
let watching: Promise<void>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-watch-'));
  path = join(folder, 'sincewhen.yml');
  writeFileSync(path, 'one');
  stopping = new AbortController();
  told = 0;
});
afterEach(async () => {
  stopping.abort();
  await watching;
  rmSync(folder, { recursive: true });
});

/** It is told of once at the beginning: it may have become another since it was read. */
async function watch(): Promise<void> {
  watching = watchFile({ path, every, signal: stopping.signal, changed: async () => void (told += 1) });
  await times(1);
}

const times = (count: number) => vi.waitFor(() => expect(told).toBe(count), 2000);

it('tells once of a file that was edited', async () => {
  await watch();
  writeFileSync(path, 'two');
  await times(2);
  await delay(5 * every);

  expect(told).toBe(2);
});

it('tells of a file that was put in place of another, also by a link to a folder as Kubernetes has it', async () => {
  for (const version of ['v1', 'v2']) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'settings.yml'), version);
  }
  symlinkSync('v1', join(folder, '..data'));
  path = join(folder, 'linked.yml');
  symlinkSync(join('..data', 'settings.yml'), path);
  await watch();
  symlinkSync('v2', join(folder, '..tmp'));
  renameSync(join(folder, '..tmp'), join(folder, '..data'));
  await times(2);

  expect(told).toBe(2);
});

it('tells nothing of a file that says the same', async () => {
  await watch();
  writeFileSync(path, 'one');
  utimesSync(path, new Date(0), new Date(0));
  await delay(6 * every);

  expect(told).toBe(1);
});

it('leaves a file alone that is being written', async () => {
  await watch();
  for (let n = 0; n < 40; n += 1) {
    writeFileSync(path, `${n}`);
    await delay(every / 4);
  }

  expect(told).toBe(1);

  await times(2);
});

it('tells that it has gone, and that it is there again', async () => {
  await watch();
  rmSync(path);
  await times(2);
  writeFileSync(path, 'one');
  await times(3);

  expect(told).toBe(3);
});

it('looks again only after what it told was heard', async () => {
  let most = 0;
  let going = 0;
  const changed = async () => {
    going += 1;
    most = Math.max(most, going);
    await delay(3 * every);
    going -= 1;
    told += 1;
  };
  watching = watchFile({ path, every, signal: stopping.signal, changed });
  await times(1);
  writeFileSync(path, 'two');
  await times(2);

  expect(most).toBe(1);
});

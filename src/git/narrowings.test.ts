import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { type WorkTree, makeWorkTree } from '../../test/work-tree.ts';
import { narrowingsBetween } from './narrowings.ts';
import type { GitOrigin } from './run-git.ts';

const before = 'create table orders (id int, total_cents int);';
let origin: GitOrigin;
let repo: WorkTree;
let from: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'sincewhen-narrowings-'));
  origin = { baseUrl: pathToFileURL(folder).href, token: null, folder: join(folder, 'git') };
  repo = makeWorkTree(join(folder, 'work'));
  from = repo.commit('Begin', {
    'db/migrations/1.sql': before,
    'src/order.ts': 'export const sum = (order: Order) => order.totalCents;\n',
    'src/basket.ts': 'export const totalCents = 0;\n',
    'test/order.test.ts': 'expect(order.totalCents).toBe(1);\n',
    'README.md': 'An order has totalCents.\n',
  });
  return () => rmSync(folder, { recursive: true, force: true });
});

const drop = { 'db/migrations/2.sql': 'alter table orders drop column total_cents;' };
const found = (to: string) => narrowingsBetween(origin, repo.gitDir, from, to);

it('finds what a new migration drops, and the code that uses it still: by column and table together', async () => {
  const to = repo.commit('Drop the total', drop);

  expect(await found(to)).toEqual([
    { verb: 'drops', table: 'orders', column: 'total_cents', file: 'db/migrations/2.sql', usedIn: ['src/order.ts'] },
  ]);
});

it('finds no use where the same version has the code no more', async () => {
  const to = repo.commit('Drop the total', { ...drop, 'src/order.ts': 'export const sum = () => order.paid;\n' });

  expect(await found(to)).toMatchObject([{ column: 'total_cents', usedIn: [] }]);
});

it('finds nothing in migrations that were there, nor in none', async () => {
  repo.commit('Touch an old one', { 'db/migrations/1.sql': `${before}\ndrop table orders;` });

  expect(await found(repo.head())).toEqual([]);
  expect(await found(from)).toEqual([]);
});

it('cannot tell of what is not there', async () => {
  expect(await found('f'.repeat(40))).toBeNull();
});

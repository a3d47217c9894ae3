import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { type WorkTree, makeWorkTree } from '../../test/work-tree.ts';
import { mirrorWith } from './mirror.ts';
import { pushBranch } from './push.ts';
import type { GitOrigin } from './run-git.ts';
import { withScratch } from './scratch.ts';

let folder: string;
let origin: GitOrigin;
let bare: string;
let work: WorkTree;
let commit: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-push-'));
  work = makeWorkTree(join(folder, 'work'));
  commit = work.commit('Begin', { 'a.txt': 'a\n' });
  bare = join(folder, 'origin', 'acme', 'checkout.git');
  mkdirSync(join(folder, 'origin', 'acme'), { recursive: true });
  work.git('clone', '--quiet', '--bare', join(folder, 'work'), bare);
  origin = { baseUrl: pathToFileURL(join(folder, 'origin')).href, token: null, folder: join(folder, 'git') };
  await mirrorWith(origin, 'acme/checkout', [commit]);
  return () => rmSync(folder, { recursive: true, force: true });
});

function push(branch: string) {
  const mirror = join(origin.folder, 'acme', 'checkout.git');
  return withScratch(origin, mirror, (scratch) => pushBranch(origin, { scratch, mirror }, { branch, commit }));
}

function tipOf(branch: string): string {
  return work.git(`--git-dir=${bare}`, 'for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`);
}

describe('a branch', () => {
  it('is made where the mirror was cloned from', async () => {
    expect(await push('backport/1-a')).toEqual({ outcome: 'pushed' });
    expect(tipOf('backport/1-a')).toBe(commit);
  });

  it('that is there is left alone', async () => {
    const other = work.commit('Other', { 'a.txt': 'other\n' });
    work.git('push', '--quiet', bare, `${other}:refs/heads/backport/1-a`);

    expect(await push('backport/1-a')).toEqual({ outcome: 'taken' });
    expect(tipOf('backport/1-a')).toBe(other);
  });

  it('that a rule there declines is not tried again, with its reason', async () => {
    writeFileSync(
      join(bare, 'hooks', 'pre-receive'),
      '#!/bin/sh\necho "error: GH013: Rule violations found" >&2\nexit 1\n',
    );
    chmodSync(join(bare, 'hooks', 'pre-receive'), 0o755);

    expect(await push('backport/1-a')).toMatchObject({
      outcome: 'refused',
      again: false,
      why: expect.stringContaining('GH013'),
    });
  });

  it('is refused where its origin is gone', async () => {
    rmSync(bare, { recursive: true });

    expect(await push('backport/1-a')).toMatchObject({ outcome: 'refused' });
  });

  it.each([
    [403, { denied: true, again: false }],
    [401, { denied: true, again: false }],
    [503, { denied: false, again: true }],
  ])('that a server answers with %i is %j, and the token stays unsaid', async (status, expected) => {
    const server = createServer((_, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const mirror = join(origin.folder, 'acme', 'checkout.git');
    work.git(`--git-dir=${mirror}`, 'config', 'remote.origin.url', `${baseUrl}/acme/checkout.git`);
    origin = { ...origin, baseUrl, token: 'hushed' };
    const pushed = await push('backport/1-a');
    server.close();

    expect(pushed).toMatchObject({ outcome: 'refused', ...expected });
    expect(JSON.stringify(pushed)).not.toContain('hushed');
  });

  it('goes by no hook of ours', async () => {
    const hook = join(origin.folder, 'acme', 'checkout.git', 'hooks', 'pre-push');
    mkdirSync(join(origin.folder, 'acme', 'checkout.git', 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\nexit 1\n');
    chmodSync(hook, 0o755);

    expect(await push('backport/1-a')).toEqual({ outcome: 'pushed' });
  });
});

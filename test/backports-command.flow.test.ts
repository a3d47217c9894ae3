import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkTree, type WorkTree } from './work-tree.ts';

const root = join(import.meta.dirname, '..');
const text = (name: string) => Array.from({ length: 12 }, (_, at) => `${name} line ${at}`).join('\n');

let folder: string;
let repo: WorkTree;
let fix: string;
let home: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-backports-'));
  repo = makeWorkTree(join(folder, 'repo'));
  repo.commit('Begin', { 'a.txt': 'a\n' });
  repo.git('branch', 'staging');
  fix = repo.commit('Stop the leak (#7)', { 'leak.txt': text('leak') });
  repo.git('checkout', '--quiet', 'staging');
  repo.commit('Meanwhile', { 'b.txt': 'b\n' });
  repo.git('cherry-pick', '-x', fix);
  home = repo.head();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function backports(args: readonly string[], input = '') {
  const node = join(root, 'node_modules', '.bin', 'node');
  const { status, stdout, stderr } = spawnSync(node, [join(root, 'src/cli/main.ts'), 'backports', ...args], {
    input,
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

describe('sincewhen backports verify', () => {
  it('answers each query with one line of JSON, in order, and writes nothing to the repository', () => {
    const before = execFileSync('find', [repo.gitDir, '-type', 'f'], { encoding: 'utf8' });
    const { status, stdout } = backports(
      ['verify', '--git-dir', repo.gitDir, '--target', 'staging', '--source', 'main'],
      `${fix}\n\n${fix.slice(0, 10)} ${home}\nnonsense\n`,
    );
    expect(status).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { commit: fix, verdict: 'backported', by: home, method: 'trailer', containment: 1, missing_files: [] },
      { commit: fix.slice(0, 10), verdict: 'not-found', by: null, method: null, containment: null, missing_files: [] },
      {
        commit: 'nonsense',
        verdict: 'not-evaluated',
        by: null,
        method: null,
        containment: null,
        missing_files: [],
        reason: 'it is no commit of this repository',
      },
    ]);
    expect(execFileSync('find', [repo.gitDir, '-type', 'f'], { encoding: 'utf8' })).toBe(before);
  });

  it('looks at content alone when told to', () => {
    const { stdout } = backports(['verify', '--git-dir', repo.gitDir, '--target', 'staging', '--ignore-trailers'], fix);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'backported', by: home, method: 'patch-id' });
  });

  it.each([
    [['verify', '--target', 'staging'], 2, 'which repository? --git-dir'],
    [['verify', '--git-dir', '.'], 2, 'which branch? --target'],
    [['verify', '--git-dir', '.', '--target', 'a', '--target', 'b'], 2, 'one --target at a time'],
    [['verify', '--git-dir', '.', '--target=--all'], 2, 'a branch does not begin with -'],
    [['evaluate', '--git-dir', '.', '--target', 'a'], 2, 'which branch do they come from? --source'],
    [['prove'], 2, 'what is prove? One of list, verify, evaluate, propose'],
    [['verify', '--all'], 2, 'verify knows no --all'],
    [['list', '--target', 'a'], 2, 'list knows no --target'],
    [['list', 'checkout'], 2, 'what is checkout?'],
    [['verify', '--git-dir', 'nowhere', '--target', 'staging'], 1, 'not a git repository'],
    [['verify', '--git-dir', 'repo/.git', '--target', 'nowhere'], 1, 'there is no nowhere in this repository'],
  ])('%j ends with %i: %s', (args, code, said) => {
    const { status, stdout, stderr } = backports(args);
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toContain(said);
  });
});

describe('sincewhen backports evaluate', () => {
  it('prints how far its answers can be trusted on this repository', () => {
    const { status, stdout } = backports([
      'evaluate',
      '--git-dir',
      repo.gitDir,
      '--source',
      'main',
      '--target',
      'staging',
    ]);
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'target   picks  found        asked      missed     wrong without it  git cherry',
      'staging  1      1 (100.0 %)  0 (0.0 %)  0 (0.0 %)  0 (0.0 %)         1 (100.0 %)',
    ]);
  });

  it('says the same to programs', () => {
    const { stdout } = backports([
      'evaluate',
      '--git-dir',
      repo.gitDir,
      '--source',
      'main',
      '--target',
      'staging',
      '--json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject([
      { target: 'staging', pairs: 1, found: 1, asked: [], missed: [], wrong: [], cherry: 1 },
    ]);
  });
});

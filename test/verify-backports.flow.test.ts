import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifyBackports } from '../src/backports/verify.ts';
import type { Evidence } from '../src/domain/evidence/ladder.ts';
import { makeWorkTree, type WorkTree } from './work-tree.ts';

/** Enough of a program that a fix is one of many things in it. */
const lines = (name: string, count = 30) =>
  Array.from({ length: count }, (_, at) => `const ${name}${at} = make${name}(${at * 7});`);
const program = `${lines('basket').join('\n')}\n${lines('payment').join('\n')}\n`;
const fixed = program
  .replace('const payment3 = makepayment(21);', 'const payment3 = retry(makepayment, 21, { attempts: 3 });')
  .replace('const payment9 = makepayment(63);', 'const payment9 = retry(makepayment, 63, { backoff: "2s" });')
  .replace('const payment20 = makepayment(140);', 'const payment20 = cancelAfter(makepayment(140), timeoutSeconds);');

let folder: string;
let repo: WorkTree;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-verify-'));
  repo = makeWorkTree(join(folder, 'repo'));
  repo.commit('Begin', { 'src/checkout.ts': program, 'src/ledger.ts': lines('ledger').join('\n') });
  repo.git('branch', 'production');
  repo.commit('Work goes on', { 'README.md': 'checkout\n' });
  return () => rmSync(folder, { recursive: true, force: true });
});

async function verify(
  commit: string,
  { target = 'main', excluded = [] as readonly string[], ignoreTrailers = false, gitDir = repo.gitDir } = {},
): Promise<Evidence> {
  const origin = { baseUrl: pathToFileURL(folder).href, token: null, folder: join(folder, 'git') };
  const verified = await verifyBackports({ origin, gitDir, target, source: null, ignoreTrailers }, [
    { commit, excluded },
  ]);
  if (verified.outcome === 'unreadable') throw new Error(verified.why);
  const [evidence] = verified.evidence;
  if (evidence === undefined) throw new Error('a query has its evidence');
  return evidence;
}

/** A fix on production, with main checked out afterwards. */
function hotfix(
  message = 'Retry payment calls (#812)',
  files: Parameters<WorkTree['commit']>[1] = { 'src/checkout.ts': fixed },
) {
  repo.git('checkout', '--quiet', 'production');
  const commit = repo.commit(message, files);
  repo.git('checkout', '--quiet', 'main');
  return commit;
}

function pick(commit: string, ...options: readonly string[]): string {
  repo.git('cherry-pick', ...options, commit);
  return repo.head();
}

const grace = { name: 'Grace', email: 'grace@example.com' };

describe('a fix is home', () => {
  it('by ancestry, when production was merged back', async () => {
    const fix = hotfix();
    repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge production', 'production');
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: fix, method: 'ancestry', containment: 1 });
  });

  it('by its trailer', async () => {
    const fix = hotfix();
    const home = pick(fix, '-x');
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'trailer' });
    expect(await verify(fix, { ignoreTrailers: true })).toMatchObject({ by: home, method: 'patch-id' });
  });

  it('by the origin that both were picked from, through a chain of trailers', async () => {
    repo.git('checkout', '--quiet', '-b', 'feature');
    const origin = repo.commit('Retry payment calls', { 'src/checkout.ts': fixed });
    repo.git('checkout', '--quiet', 'production');
    const fix = pick(origin, '-x');
    repo.git('checkout', '--quiet', '-b', 'middle', 'main');
    const middle = pick(origin, '-x');
    repo.git('checkout', '--quiet', 'main');
    const home = pick(middle, '-x');
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'trailer' });
  });

  it('by its Change-Id, also when half of it was resolved otherwise', async () => {
    const id = 'Change-Id: I0123456789abcdef0123456789abcdef01234567';
    const fix = hotfix(`Retry payment calls\n\n${id}`);
    const home = repo.commit(
      `Try again, on our terms\n\n${id}`,
      { 'src/checkout.ts': fixed.replace('{ backoff: "2s" }', '{ backoff: "9s" }') },
      grace,
    );
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'change-id' });
  });

  it('by its patch, whoever committed it under whatever title', async () => {
    const fix = hotfix();
    const home = repo.commit('Something else entirely', { 'src/checkout.ts': fixed }, grace);
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'patch-id', containment: 1 });
  });

  it('by its patch without context, when what stands around it has moved', async () => {
    const fix = hotfix();
    const drifted = (text: string) =>
      text.replace('makepayment(28)', 'makepayment(29)').replace('makepayment(56)', 'makepayment(57)');
    repo.commit('Prices change', { 'src/checkout.ts': drifted(program) });
    const home = repo.commit('Try payments again', { 'src/checkout.ts': drifted(fixed) }, grace);
    expect(await verify(fix)).toMatchObject({ by: home, method: 'patch-id-without-context' });
  });

  it('by its patch, when only white space and line ends differ', async () => {
    const fix = hotfix();
    repo.commit('Windows line ends', { 'src/checkout.ts': program.replaceAll('\n', '\r\n') });
    const home = repo.commit('Try payments again', { 'src/checkout.ts': fixed.replaceAll('\n', '\r\n') }, grace);
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home });
  });

  it('by its pull request, when conflicts were resolved', async () => {
    const fix = hotfix();
    const home = repo.commit(
      '[main] Retry payments (#812) (#830)',
      { 'src/checkout.ts': fixed.replace('timeoutSeconds', 'limit.seconds') },
      grace,
    );
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'named' });
  });

  it('by its author, moment and title, which git keeps, when most of it was resolved otherwise', async () => {
    const fix = hotfix('Bump version');
    for (const n of [1, 2, 3]) repo.commit('Bump version', { 'version.txt': `${n}\n` }, grace);
    repo.git('cherry-pick', fix);
    const theirs = fixed
      .replace('{ attempts: 3 }', '{ attempts: 5 }')
      .replace('{ backoff: "2s" }', '{ backoff: "9s" }');
    writeFileSync(join(folder, 'repo/src/checkout.ts'), theirs);
    repo.git('commit', '--quiet', '--all', '--amend', '--no-edit');
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: repo.head(), method: 'authorship' });
  });

  it('by a title that only one commit has, in another file', async () => {
    const fix = hotfix('Cancel payments that take too long');
    repo.git('mv', 'src/checkout.ts', 'src/payments.ts');
    repo.commit('Call it what it is', {});
    const home = repo.commit(
      'Cancel payments that take too long',
      {
        'src/payments.ts': fixed.replace('timeoutSeconds', 'limit.seconds'),
      },
      grace,
    );
    expect(await verify(fix)).toMatchObject({
      verdict: 'backported',
      by: home,
      method: 'named',
      missingFiles: ['src/checkout.ts'],
    });
  });

  it('in a batch that lists it, and tells what of it is missing', async () => {
    const fix = hotfix('Retry payment calls (#812)', {
      'src/checkout.ts': fixed,
      'test/checkout.test.ts': lines('check', 4).join('\n'),
    });
    const home = repo.commit(
      'Hotfixes of the week (#900)\n\n* Retry payment calls (#812)\n* Round up (#813)\n',
      {
        'src/checkout.ts': fixed,
        'src/ledger.ts': `${lines('ledger').join('\n')}\n${lines('rounding', 40).join('\n')}`,
      },
      grace,
    );
    expect(await verify(fix)).toMatchObject({
      verdict: 'backported',
      by: home,
      method: 'listed',
      missingFiles: ['test/checkout.test.ts'],
    });
  });

  it('as one of several in a squash, each of them', async () => {
    const one = hotfix('Retry payment calls', { 'src/checkout.ts': fixed });
    const two = hotfix('Round up, never down', {
      'src/ledger.ts': lines('ledger').join('\n').replaceAll('(0)', '(ceil(0))').replaceAll('(7)', '(ceil(7))'),
    });
    repo.git('merge', '--quiet', '--squash', 'production');
    const home = repo.commit('Bring hotfixes home (#901)\n\n* Retry payment calls\n\n* Round up, never down\n', {});
    expect(await verify(one)).toMatchObject({ verdict: 'backported', by: home, method: 'listed' });
    expect(await verify(two)).toMatchObject({ verdict: 'backported', by: home, method: 'listed' });
  });

  it('as a merge commit, by what it brought', async () => {
    repo.git('checkout', '--quiet', '-b', 'hotfix/retry', 'production');
    repo.commit('Retry payment calls', { 'src/checkout.ts': fixed });
    repo.git('checkout', '--quiet', 'production');
    repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #812 from acme/hotfix/retry', 'hotfix/retry');
    const fix = repo.head();
    repo.git('checkout', '--quiet', 'main');
    const home = repo.commit('Try payments again', { 'src/checkout.ts': fixed }, grace);
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'patch-id' });
  });

  it('again, after a revert of the revert', async () => {
    const fix = hotfix();
    const home = pick(fix, '-x');
    repo.git('revert', '--no-edit', 'HEAD');
    repo.git('revert', '--no-edit', 'HEAD');
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home });
  });

  it('again, when it was picked anew after it was taken back', async () => {
    const fix = hotfix();
    pick(fix, '-x');
    repo.git('revert', '--no-edit', 'HEAD');
    const again = pick(fix, '-x');
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: again });
  });
});

describe('a fix is not home', () => {
  it('when nothing like it is there', async () => {
    expect(await verify(hotfix())).toMatchObject({ verdict: 'not-found', by: null, method: null, containment: null });
  });

  it('when its pick was taken back, and says by what', async () => {
    const fix = hotfix();
    const home = pick(fix, '-x');
    repo.git('revert', '--no-edit', 'HEAD');
    expect(await verify(fix)).toMatchObject({ verdict: 'reverted', by: home, revertedBy: repo.head() });
  });

  it('when it was merged back and taken back', async () => {
    const fix = hotfix();
    repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge production', 'production');
    repo.git('revert', '--no-edit', fix);
    expect(await verify(fix)).toMatchObject({
      verdict: 'reverted',
      by: fix,
      method: 'ancestry',
      revertedBy: repo.head(),
    });
  });

  it('by the word of a trailer over other content: it asks', async () => {
    const fix = hotfix();
    const claims = repo.commit(`Notes\n\n(cherry picked from commit ${fix})`, {
      'NOTES.md': lines('note', 9).join('\n'),
    });
    expect(await verify(fix)).toMatchObject({ verdict: 'ask', by: claims, method: null, containment: 0 });
  });

  it('by a trailer that names a commit which is nowhere', async () => {
    const fix = hotfix();
    repo.commit(`Other work\n\n(cherry picked from commit ${'d'.repeat(40)})`, { 'NOTES.md': 'note\n' });
    expect(await verify(fix)).toMatchObject({ verdict: 'not-found' });
  });

  it('by a title that many commits have', async () => {
    const bump = (version: string) => ({ 'version.txt': `checkout ${version}\nreleased by the release bot\n` });
    repo.commit('Bump version', bump('1.1'));
    repo.commit('Bump version', bump('1.2'));
    repo.commit('Bump version', bump('1.3'));
    expect(await verify(hotfix('Bump version', bump('9.9.9-hotfix')))).not.toMatchObject({ verdict: 'backported' });
  });

  it('by the revert that carries its number: the lines are the same, the sign is not', async () => {
    const fix = hotfix('Revert "Retry payment calls (#812)"', {
      'src/checkout.ts': program.replace('makepayment(7)', 'makepayment(8)'),
    });
    repo.commit(
      'Retry payment calls (#812)',
      { 'src/checkout.ts': program.replace('makepayment(7)', 'makepayment(9)') },
      grace,
    );
    expect(await verify(fix)).not.toMatchObject({ verdict: 'backported' });
  });

  it('when the true pick is excluded', async () => {
    const fix = hotfix();
    const home = pick(fix, '-x');
    expect(await verify(fix, { excluded: [home] })).toMatchObject({ verdict: 'not-found' });
  });

  it('when it is itself excluded from the target that has it', async () => {
    const fix = hotfix();
    repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge production', 'production');
    expect(await verify(fix, { excluded: [fix] })).toMatchObject({ verdict: 'not-found' });
  });
});

describe('nobody can tell', () => {
  it('of a binary file', async () => {
    expect(await verify(hotfix('New logo', { 'logo.png': Buffer.from([0, 1, 2, 255, 0]) }))).toMatchObject({
      verdict: 'not-evaluated',
      reason: 'it changes binary files only',
    });
  });

  it('of more than 4,000 lines', async () => {
    expect(await verify(hotfix('Vendor it', { 'vendor.js': lines('vendor', 4001).join('\n') }))).toMatchObject({
      verdict: 'not-evaluated',
      reason: 'its diff has more than 4000 changed lines',
    });
  });

  it('of an empty commit', async () => {
    expect(await verify(hotfix('Trigger the build', {}))).toMatchObject({ verdict: 'not-evaluated' });
  });

  it('of what is no commit, whatever it looks like', async () => {
    for (const each of ['f'.repeat(40), '--upload-pack=x', 'HEAD:README.md', "it's\u0000"]) {
      expect(await verify(each)).toMatchObject({
        verdict: 'not-evaluated',
        reason: 'it is no commit of this repository',
      });
    }
  });

  it('by a shallow clone: what is cut off is not missing', async () => {
    const fix = hotfix();
    pick(fix);
    for (const n of [1, 2, 3]) repo.commit(`More work ${n}`, { 'README.md': `${n}\n` });
    const clone = join(folder, 'shallow.git');
    execFileSync('git', [
      'clone',
      '--quiet',
      '--bare',
      '--no-single-branch',
      '--depth=2',
      pathToFileURL(join(folder, 'repo')).href,
      clone,
    ]);
    expect(await verify(fix, { gitDir: clone })).toMatchObject({ verdict: 'not-evaluated' });
  });
});

describe('hostile histories', () => {
  it.each(['new\nline.ts', 'quo"te.ts', 'tab\t.ts', 'caf\u00e9.ts', '-rf', 'a b/c d.ts'])(
    'files named %j are told as they are',
    async (name) => {
      const fix = hotfix('Odd names', {
        [name]: lines('odd', 6).join('\n'),
        'src/other.ts': lines('other', 6).join('\n'),
      });
      repo.commit('Odd names', { 'src/other.ts': lines('other', 6).join('\n') }, grace);
      expect(await verify(fix)).toMatchObject({ missingFiles: [name] });
    },
  );

  it('content that looks like a diff, and messages that look like options or other commits', async () => {
    const content = `--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\ndiff --git a/y b/y\n${lines('shown', 6).join('\n')}\n`;
    const fix = hotfix('--upload-pack=touch x\n\ncommit 0123456789012345678901234567890123456789\ndiff --git a/z b/z', {
      'shown.txt': content,
    });
    const home = pick(fix);
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'patch-id', missingFiles: [] });
  });

  it('a target that is not there, and a folder that is no repository', async () => {
    await expect(verify(repo.head(), { target: 'nowhere' })).rejects.toThrow('there is no nowhere in this repository');
    await expect(verify(repo.head(), { gitDir: folder })).rejects.toThrow('not a git repository');
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifyBackports } from '../src/backports/verify.ts';
import type { Evidence } from '../src/domain/evidence/ladder.ts';
import { type WorkTree, makeWorkTree } from './work-tree.ts';

const lines = (name: string, count = 30) =>
  Array.from({ length: count }, (_, at) => `const ${name}${at} = make${name}(${at * 7});`);
const text = (name: string, count?: number) => `${lines(name, count).join('\n')}\n`;
const grace = { name: 'Grace', email: 'grace@example.com' };

let folder: string;
let repo: WorkTree;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-batches-'));
  repo = makeWorkTree(join(folder, 'repo'));
  repo.commit('Begin', { 'src/checkout.ts': text('payment'), 'src/ledger.ts': text('ledger') });
  repo.git('branch', 'production');
  repo.commit('Work goes on', { 'README.md': 'checkout\n' });
  return () => rmSync(folder, { recursive: true, force: true });
});

async function verify(commit: string): Promise<Evidence> {
  const origin = { baseUrl: pathToFileURL(folder).href, token: null, folder: join(folder, 'git') };
  const options = { origin, gitDir: repo.gitDir, target: 'main', source: null, ignoreTrailers: true };
  const verified = await verifyBackports(options, [{ commit, excluded: [] }]);
  if (verified.outcome === 'unreadable') throw new Error(verified.why);
  const [evidence] = verified.evidence;
  if (evidence === undefined) throw new Error('a query has its evidence');
  return evidence;
}

function hotfix(message: string, files: Parameters<WorkTree['commit']>[1]): string {
  repo.git('checkout', '--quiet', 'production');
  const commit = repo.commit(message, files);
  repo.git('checkout', '--quiet', 'main');
  return commit;
}

describe('a batch of fixes', () => {
  const first = text('payment').replace('makepayment(21)', 'retry(makepayment, 21)').replace('(63)', '(63, later)');
  const second = text('ledger').replace('makeledger(14)', 'round(makeledger, 14)').replace('(70)', '(70, up)');

  it('of more than 4,000 lines is looked at whole', async () => {
    const fix = hotfix('Retry payment calls (#812)', { 'src/checkout.ts': first });
    const body = 'Backports of the week (#900)\n\n* Vendor the client (#811)\n\n* Retry payment calls (#812)\n';
    // Its file comes before the fix, and is longer than anything that is compared.
    const home = repo.commit(body, { 'a/vendor.ts': text('vendor', 6000), 'src/checkout.ts': first }, grace);
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'listed', containment: 1 });
  });

  it('tells in its list what a title is about', async () => {
    const fix = hotfix('Retry payment calls', { 'src/checkout.ts': first });
    const body = 'Weekly\n\n* Retry payment calls (#812): those that time out\n* Round up (#813): never down\n';
    const home = repo.commit(body, { 'src/checkout.ts': first, 'src/ledger.ts': second }, grace);
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'listed' });
  });

  it('has by its title what was partly resolved otherwise, and by a number alone has not', async () => {
    const drifted = first.replace('(63, later)', '(63, afterwards)').replace('retry(makepayment, 21)', 'again(21)');
    const files = { 'src/checkout.ts': drifted, 'src/ledger.ts': second };
    const fix = hotfix('Retry payment calls (#812)', { 'src/checkout.ts': first.replace('(28)', '(28, 1)') });
    const home = repo.commit('Weekly\n\n* Retry payment calls\n* Round up, never down\n', files, grace);
    const titled = await verify(fix);
    repo.git('commit', '--quiet', '--amend', '-m', 'Weekly\n\n* #812\n* #813\n');

    expect(titled).toMatchObject({ verdict: 'backported', by: home, method: 'listed' });
    expect(titled.containment).toBeLessThan(0.5);
    expect(await verify(fix)).toMatchObject({ verdict: 'ask', by: repo.head() });
  });

  it('brings a revert that it lists', async () => {
    hotfix('Retry payment calls (#812)', { 'src/checkout.ts': first });
    repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge production', 'production');
    const fix = hotfix('Revert "Retry payment calls" (#820)', { 'src/checkout.ts': text('payment') });
    const home = repo.commit(
      'Weekly (#901)\n\n* Revert "Retry payment calls" (#820)\n* Round up (#813)\n',
      { 'src/checkout.ts': text('payment'), 'src/ledger.ts': second },
      grace,
    );
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'listed' });
  });

  it('that is taken back brings nothing, though it lists it still', async () => {
    const fix = hotfix('Round up, never down (#813)', { 'src/ledger.ts': second });
    repo.commit('Weekly (#900)\n\n* Round up, never down (#813)\n* More (#1)\n', { 'src/ledger.ts': second }, grace);
    const back = { 'src/ledger.ts': text('ledger') };
    const revert = repo.commit('[main] Revert "Weekly (#900)"\n\n* Round up, never down (#813)\n* More (#1)\n', back);
    expect(await verify(fix)).toMatchObject({ verdict: 'reverted', revertedBy: revert });
  });
});

it('what says that it takes a fix back does not bring it, though both are reverts', async () => {
  const before = text('payment').replace('(21)', '(21, 1)');
  repo.commit('Pay twice', { 'src/checkout.ts': before });
  const fix = hotfix('Revert paying twice (#812)', { 'src/checkout.ts': before.replace('(28)', '(28, 1)') });
  const body = 'Pay twice after all\n\nreverts #812\n';
  repo.commit(body, { 'src/checkout.ts': before.replace('(28)', '(28, 1)'), 'src/ledger.ts': text('other') }, grace);
  expect(await verify(fix)).not.toMatchObject({ method: 'listed' });
});

describe('a pick', () => {
  const fixed = text('payment').replace('makepayment(21)', 'retry(makepayment, 21)');
  const tests = { 'test/checkout.test.ts': text('check', 12), 'CHANGELOG.md': text('note', 3) };

  it('that leaves out tests and documents is one, and says which', async () => {
    const fix = hotfix('Retry payment calls (#812)', { 'src/checkout.ts': fixed, ...tests });
    const home = repo.commit('Retry payment calls (#812)', { 'src/checkout.ts': fixed }, grace);
    expect(await verify(fix)).toMatchObject({
      verdict: 'backported',
      by: home,
      method: 'named',
      missingFiles: ['CHANGELOG.md', 'test/checkout.test.ts'],
    });
  });

  it('that leaves out most of the program is asked about', async () => {
    const fix = hotfix('Retry payment calls (#812)', { 'src/checkout.ts': fixed, 'src/retry.ts': text('retry', 40) });
    const home = repo.commit('Retry payment calls (#812)', { 'src/checkout.ts': fixed }, grace);
    expect(await verify(fix)).toMatchObject({ verdict: 'ask', by: home, missingFiles: ['src/retry.ts'] });
  });

  it('that only gives a file another name is compared by the names', async () => {
    const move = (where: string, author?: typeof grace) => {
      repo.git('checkout', '--quiet', where);
      repo.git('mv', 'src/ledger.ts', 'src/book.ts');
      return repo.commit('Call it a book', {}, author);
    };
    const fix = move('production');
    const home = move('main', grace);
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, containment: 1 });
  });

  it.each(['[release-2.8] ', '2.8: ', 'Backport of 812: '])('is called the same with %j before it', async (before) => {
    const fix = hotfix('Retry payment calls', { 'src/checkout.ts': fixed.replace('(0)', '(0, 1)') });
    const home = repo.commit(`${before}Retry payment calls`, { 'src/checkout.ts': fixed }, grace);
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'named' });
  });

  it('that is empty, since the fix came by other means before, leaves the proof to these', async () => {
    const fix = hotfix('Retry payment calls', { 'src/checkout.ts': fixed.replace('(0)', '(0, 1)') });
    const home = repo.commit('Something else', { 'src/checkout.ts': fixed.replace('(0)', '(0, 1)') }, grace);
    repo.git('cherry-pick', '-x', '--allow-empty', '--keep-redundant-commits', fix);
    expect(await verify(fix)).toMatchObject({ verdict: 'backported', by: home, method: 'patch-id' });
  });
});

describe('nothing is claimed', () => {
  it('of a change of the year in a licence, which many commits make', async () => {
    const year = (at: number) => `// Copyright ${at} Acme\n`;
    const fix = hotfix('Happy new year', { 'src/licence.ts': `${year(2027)}${text('a', 3)}` });
    repo.commit('Add a licence', { 'src/other.ts': year(2027) }, grace);
    expect(await verify(fix)).toMatchObject({ verdict: 'not-found' });
  });

  it('of another bump of the same lock file', async () => {
    const lock = (version: string) =>
      `{\n  "left-pad": {\n    "version": "${version}",\n    "hash": "sha-${version}"\n  }\n}\n`;
    repo.commit('Lock', { 'package-lock.json': lock('1.0.0') });
    const fix = hotfix('Bump left-pad (#812)', { 'package-lock.json': lock('1.0.1') });
    repo.commit('Bump left-pad (#815)', { 'package-lock.json': lock('1.1.0') }, grace);
    expect(await verify(fix)).not.toMatchObject({ verdict: 'backported' });
  });

  it('where staging has no longer what was fixed', async () => {
    const fix = hotfix('Round up, never down', { 'src/ledger.ts': text('ledger').replace('(14)', '(14, up)') });
    repo.commit('The ledger is gone', { 'src/ledger.ts': null });
    expect(await verify(fix)).toMatchObject({ verdict: 'not-found' });
  });

  it('of the same change that the source has twice: each is its own', async () => {
    const guard = (name: string) => ({ [`src/${name}.ts`]: text('guard', 8), 'src/guards.ts': text('guards', 8) });
    const one = hotfix('Guard the payments', guard('same'));
    hotfix('Take the guard away', { 'src/same.ts': null, 'src/guards.ts': null });
    const two = hotfix('Guard the ledger', guard('same'));
    repo.commit('Guard the ledger', guard('same'), grace);
    expect(await verifyOf([one, two])).toEqual(['ask', 'backported']);
  });

  async function verifyOf(commits: readonly string[]) {
    const origin = { baseUrl: pathToFileURL(folder).href, token: null, folder: join(folder, 'git') };
    const options = { origin, gitDir: repo.gitDir, target: 'main', source: 'production', ignoreTrailers: true };
    const verified = await verifyBackports(
      options,
      commits.map((commit) => ({ commit, excluded: [] })),
    );
    return verified.outcome === 'verified' ? verified.evidence.map(({ verdict }) => verdict) : [];
  }
});

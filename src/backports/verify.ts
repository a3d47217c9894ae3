import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { commitNames, plainSubject } from '../domain/evidence/commit-names.ts';
import type { Fingerprint } from '../domain/evidence/fingerprint.ts';
import { type Claimed, type Evidence, judge, judgeOwn } from '../domain/evidence/ladder.ts';
import { rarityAmong } from '../domain/evidence/likeness.ts';
import { poolOf } from '../domain/evidence/pool.ts';
import { readFingerprints } from '../git/read-fingerprints.ts';
import { type GitOrigin, runGit } from '../git/run-git.ts';
import { streamGit } from '../git/stream-git.ts';
import type { KeptFingerprints } from './kept-fingerprints.ts';

export interface Query {
  /** As it was asked: 4 to 40 hex digits, or any name that git knows. */
  readonly commit: string;
  /** Treated as if they were not on the target. */
  readonly excluded: readonly string[];
  /** By commit that may be it (40 hex digits), how many people say that it is. */
  readonly claimed?: Claimed;
}

export interface VerifyOptions {
  readonly origin: GitOrigin;
  readonly gitDir: string;
  readonly target: string;
  /** Where the commits come from; null: whatever leads to them. It says which titles name one commit only. */
  readonly source: string | null;
  readonly ignoreTrailers: boolean;
  /** Without it, everything is read of the repository each time. */
  readonly kept?: KeptFingerprints;
}

export type Verified =
  | { readonly outcome: 'verified'; readonly evidence: readonly Evidence[] }
  /** Nothing can be told: that is no "missing". */
  | { readonly outcome: 'unreadable'; readonly why: string };

const minute = 60_000;
/** Commits of the target that are compared, the newest. */
const mostPooled = 30_000;

/** Evidence for each query, in order. All of them share what is read of the repository. */
export async function verifyBackports(options: VerifyOptions, queries: readonly Query[]): Promise<Verified> {
  const { ignoreTrailers } = options;
  const refs = [options.target, ...(options.source === null ? [] : [options.source])];
  const names = queries.flatMap(({ commit, excluded }) => [commit, ...excluded]);
  const resolved = await resolveCommits(options, [...refs, ...names]);
  if ('why' in resolved) return { outcome: 'unreadable', why: resolved.why };
  const [tip, source] = resolved.commits.slice(0, refs.length);
  if (tip === null || tip === undefined) return unreadable(`there is no ${options.target} in this repository`);
  if (options.source !== null && source === null) return unreadable(`there is no ${options.source} in this repository`);
  const known = new Map(names.map((name, index) => [name, resolved.commits[refs.length + index] ?? null]));
  const asked = [...new Set(queries.flatMap(({ commit }) => known.get(commit) ?? []))];

  const history = await historyOf(options, tip, source ?? null, asked);
  if ('why' in history) return { outcome: 'unreadable', why: history.why };
  const { own, eligible, reverting, subjects, shallow } = history;
  const named = await claimedMerges(options, history, queries);
  if ('why' in named) return { outcome: 'unreadable', why: named.why };
  const { merges } = named;
  const wanted = [...new Set([...eligible, ...reverting, ...asked, ...merges])];
  const prints = new Map<string, Fingerprint>();
  const read = await readPrints(options, wanted, prints);
  if (read.outcome === 'failed') return unreadable(read.error);

  const onTarget = [...new Set([...eligible, ...reverting, ...asked.filter((commit) => own.has(commit)), ...merges])];
  const placed = onTarget.toSorted((a, b) => (own.get(a) ?? 0) - (own.get(b) ?? 0));
  const pool = poolOf(
    placed.flatMap((commit) => prints.get(commit) ?? []),
    { rarity: rarityAmong([...prints.values()]), subjects, eligible, ignoreTrailers },
  );
  const evidence = queries.map(({ commit, excluded, claimed = noOne }): Evidence => {
    const sha = known.get(commit) ?? null;
    const print = sha === null ? undefined : prints.get(sha);
    if (sha === null || print === undefined) {
      return notEvaluated(sha === null ? 'it is no commit of this repository' : 'its content could not be read');
    }
    const left = new Set(excluded.flatMap((each) => known.get(each) ?? []));
    const pooled = own.has(sha) && !left.has(sha) ? pool.commits.get(sha) : undefined;
    if (pooled !== undefined) return judgeOwn(pooled, pool, left);
    const here = new Map([...claimed].filter(([each]) => eligible.has(each) || merges.has(each)));
    const found = judge(print, commitNames(print.message, { ignoreTrailers }), pool, { excluded: left, claimed: here });
    if (found.verdict !== 'not-found') return found;
    if (shallow) return notEvaluated('the history is cut off: it is a shallow clone');
    const unread = read.unreadable * 100 > wanted.length;
    return unread ? notEvaluated(`${read.unreadable} of ${wanted.length} commits could not be read`) : found;
  });
  return { outcome: 'verified', evidence };
}

const noOne: Claimed = new Map();

/** Merges of the target that people say are it, and that the queries do not have either. */
async function claimedMerges(
  options: VerifyOptions,
  { own, eligible, base }: History,
  queries: readonly Query[],
): Promise<{ readonly merges: ReadonlySet<string> } | { readonly why: string }> {
  const claimed = queries.flatMap((query) => [...(query.claimed ?? noOne).keys()]);
  const others = [...new Set(claimed)].filter((commit) => own.has(commit) && !eligible.has(commit));
  if (others.length === 0) return { merges: new Set() };
  const input = `${others.join('\n')}\n${base === null ? '' : `^${base}\n`}`;
  const beyond = await listed(options, ['rev-list', '--merges', '--stdin'], input);
  if ('why' in beyond) return beyond;
  const merges = new Set(beyond.lines);
  return { merges: new Set(others.filter((commit) => merges.has(commit))) };
}

/** Those that are kept, and the rest from the repository, which are kept from then on. */
async function readPrints(
  { origin, gitDir, kept }: VerifyOptions,
  wanted: readonly string[],
  prints: Map<string, Fingerprint>,
): ReturnType<typeof readFingerprints> {
  await kept?.load(wanted, (print) => prints.set(print.commit, print));
  const unknown = wanted.filter((commit) => !prints.has(commit));
  const read = await readFingerprints(origin, gitDir, unknown, (print) => prints.set(print.commit, print));
  await kept?.keep(unknown.flatMap((commit) => prints.get(commit) ?? []));
  return read;
}

interface History {
  /** Every commit of the target with its place, oldest first. */
  readonly own: ReadonlyMap<string, number>;
  /** Those that the queries do not have: what may be a backport. */
  readonly eligible: ReadonlySet<string>;
  readonly reverting: readonly string[];
  readonly subjects: ReadonlyMap<string, number>;
  /** The last commit that the queries have too; null: there is none. */
  readonly base: string | null;
  readonly shallow: boolean;
}

async function historyOf(
  options: VerifyOptions,
  tip: string,
  source: string | null,
  asked: readonly string[],
): Promise<History | { readonly why: string }> {
  const own = await listed(options, ['rev-list', '--topo-order', '--reverse', tip], '');
  if ('why' in own) return own;
  const places = new Map(own.lines.map((commit, place) => [commit, place]));
  const others = asked.filter((commit) => !places.has(commit));
  const theirs = source === null ? others : [source, ...others];
  // What queries have and the target has not; `-`: where the two part.
  const beyond =
    theirs.length === 0
      ? { lines: [] }
      : await listed(options, ['log', '--stdin', '--boundary', '--format=%m%H %s'], `${theirs.join('\n')}\n^${tip}\n`);
  if ('why' in beyond) return beyond;
  const boundary = beyond.lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1, 41));
  const subjects = new Map<string, number>();
  for (const line of beyond.lines) {
    if (line.startsWith('-')) continue;
    const subject = plainSubject(Buffer.from(line.slice(42), 'latin1').toString('utf8'));
    subjects.set(subject, (subjects.get(subject) ?? 0) + 1);
  }
  const base = await commonBase(options, boundary);
  const args = ['rev-list', '--no-merges', `--max-count=${mostPooled}`, '--stdin'];
  const eligible =
    theirs.length === 0 ? { lines: [] } : await listed(options, args, `${tip}\n${base === null ? '' : `^${base}\n`}`);
  if ('why' in eligible) return eligible;
  const grep = ['-i', '--grep=^revert', '--grep=this reverts commit', '--grep=^reapply'];
  const reverting = await listed(options, ['rev-list', '--no-merges', '--max-count=5000', ...grep, tip], '');
  if ('why' in reverting) return reverting;
  return {
    own: places,
    eligible: new Set(eligible.lines),
    reverting: reverting.lines,
    subjects,
    base,
    shallow: await isShallow(options.gitDir),
  };
}

/** Git writes down there where the history was cut off: of a work tree beside others, where all of them have it. */
async function isShallow(gitDir: string): Promise<boolean> {
  const common = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '');
  return access(join(resolve(gitDir, common.trim()), 'shallow')).then(
    () => true,
    () => false,
  );
}

/** The last commit that all of these have; null: none, or nothing to have it. */
async function commonBase({ origin, gitDir }: VerifyOptions, commits: readonly string[]): Promise<string | null> {
  const atOnce = 500;
  let [base = null, ...rest] = commits;
  while (base !== null && rest.length > 0) {
    const some = [base, ...rest.slice(0, atOnce)];
    rest = rest.slice(atOnce);
    const found = await runGit(origin, ['merge-base', '--octopus', ...some], { gitDir, timeout: 5 * minute });
    base = found.outcome === 'done' ? (found.output.split('\n')[0] ?? null) : null;
  }
  return base;
}

/** The commit of each name, 40 hex digits; null: there is none. */
async function resolveCommits(
  options: VerifyOptions,
  names: readonly string[],
): Promise<{ readonly commits: readonly (string | null)[] } | { readonly why: string }> {
  const asked = names.map((name) => (/^[^\s:]+$/.test(name) ? `${name}^{commit}` : 'missing^{commit}'));
  const found = await listed(
    options,
    ['cat-file', '--batch-check=%(objectname) %(objecttype)'],
    `${asked.join('\n')}\n`,
  );
  if ('why' in found) return found;
  return { commits: found.lines.map((line) => /^([0-9a-f]{40}) commit$/.exec(line)?.[1] ?? null) };
}

async function listed(
  { origin, gitDir }: VerifyOptions,
  args: readonly string[],
  input: string,
): Promise<{ readonly lines: readonly string[] } | { readonly why: string }> {
  const lines: string[] = [];
  const streamed = await streamGit(origin, args, {
    gitDir,
    timeout: 10 * minute,
    input,
    line: (text) => {
      if (text !== '') lines.push(text);
    },
  });
  return streamed.outcome === 'done' ? { lines } : { why: streamed.error };
}

function notEvaluated(reason: string): Evidence {
  return {
    verdict: 'not-evaluated',
    by: null,
    method: null,
    containment: null,
    missingFiles: [],
    revertedBy: null,
    reason,
  };
}

function unreadable(why: string): Verified {
  return { outcome: 'unreadable', why };
}

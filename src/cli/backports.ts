import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programEnvironment } from '../config/program-environment.ts';
import { senderEnvironment } from '../config/sender-environment.ts';
import { type Evaluation, evaluateTarget } from '../backports/evaluate.ts';
import { type Query, verifyBackports } from '../backports/verify.ts';
import type { Evidence } from '../domain/evidence/ladder.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { done, readArguments, table } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';

export const backports: Command = {
  usage: [
    'backports [list] [--service <name>] [--all] [--json]',
    'backports verify --git-dir <dir> --target <ref> [--source <ref>] [--ignore-trailers] < queries',
    'backports evaluate --git-dir <dir> --source <ref> --target <ref> [--target <ref> …] [--json]',
    'backports propose <id> <commit>',
    'backports answer <id> yes|no [--commit <commit>]',
    'backports snooze <id> --days <number>|--until <day>|--until release [--reason <text>]',
    'backports waive <id> --until <day> --reason <text>',
    'backports wake|second <id>',
    'backports useless <id> already-done|not-a-hotfix|wrong-owner|not-relevant',
    'backports hand-over <id> <whom>',
  ],
  summary:
    'Lists what production has and staging lacks, and takes what people say of it; or tells by git alone, without database and network, whether commits came to another branch, in whatever form.',
  options: [
    '--service          of this one alone',
    '--all              also what has come home, was waived, or was taken back',
    'verify             reads one query a line, <commit> [excluded-commit …], and prints one JSON object a line',
    '--target           the branch on which they are looked for; an excluded commit is treated as if it were not there',
    '--source           the branch from which they come',
    '--ignore-trailers  as though nobody had written where a commit was picked from',
    'evaluate           hides the trailers of each target and counts what is found all the same, and what is claimed wrongly',
    '                   once the true pick is taken away; beside it, what git cherry finds',
    'propose, answer    the commit that may be it, which counts with something else that says so',
    'snooze, wake       nobody is asked about it until then, or again at once',
    'waive, second      it need not come, until then; a high risk needs two people',
    '--by               who says so; without it, whoever is logged in',
    '--json             for programs',
  ],
  async run(args, terminal) {
    const read = readArguments(args, options);
    if (read.outcome === 'usage') return read;
    const { values, positionals } = read;
    const [word = 'list', ...others] = positionals;
    const what = words.find((each) => each === word);
    if (what === undefined) return { outcome: 'usage', reason: `what is ${word}? One of ${words.join(', ')}` };
    const wrong = Object.keys(values).find((option) => !optionsOf[what].has(option));
    if (wrong !== undefined) return { outcome: 'usage', reason: `${what} knows no --${wrong}` };
    if (what !== 'list' && what !== 'verify' && what !== 'evaluate') {
      const { decideCommand } = await import('./backports-decide.ts');
      const { until, days, reason, commit, by, json = false } = values;
      return decideCommand(what, { positionals: others, until, days, reason, commit, by, json }, terminal);
    }
    if (others.length > 0) return { outcome: 'usage', reason: `what is ${others[0]}?` };
    if (what === 'list') {
      // The others do without a database, and without waiting for all that it needs.
      const { listCommand } = await import('./backports-list.ts');
      return listCommand({ service: values.service, all: values.all ?? false, json: values.json ?? false }, terminal);
    }
    const { 'git-dir': dir, source, target: targets = [] } = values;
    if (dir === undefined) return { outcome: 'usage', reason: 'which repository? --git-dir' };
    const [target, ...more] = targets;
    if (target === undefined) return { outcome: 'usage', reason: 'which branch? --target' };
    if ([...targets, source ?? ''].some((ref) => ref.startsWith('-'))) {
      return { outcome: 'usage', reason: 'a branch does not begin with -' };
    }
    if (what === 'verify' && more.length > 0) return { outcome: 'usage', reason: 'one --target at a time' };
    if (what === 'evaluate' && source === undefined)
      return { outcome: 'usage', reason: 'which branch do they come from? --source' };
    const gitDir = resolve(senderEnvironment().directory ?? '', dir);
    // Nothing is written to the repository: git's own settings live in a folder that is gone afterwards.
    const folder = await mkdtemp(join(tmpdir(), 'sincewhen-verify-'));
    try {
      const origin = { baseUrl: pathToFileURL(gitDir).href, token: null, folder, environment: programEnvironment() };
      const repository = { origin, gitDir };
      if (what === 'verify') {
        return await verify(
          { ...repository, target, source: source ?? null, ignoreTrailers: values['ignore-trailers'] ?? false },
          terminal,
        );
      }
      return await evaluate(repository, { source: source ?? '', targets, json: values.json ?? false }, terminal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const options = {
  'git-dir': { type: 'string' },
  target: { type: 'string', multiple: true },
  source: { type: 'string' },
  'ignore-trailers': { type: 'boolean' },
  service: { type: 'string' },
  all: { type: 'boolean' },
  until: { type: 'string' },
  days: { type: 'string' },
  reason: { type: 'string' },
  commit: { type: 'string' },
  by: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const words = [
  'list',
  'verify',
  'evaluate',
  'propose',
  'answer',
  'snooze',
  'wake',
  'waive',
  'second',
  'useless',
  'hand-over',
] as const;
const said = ['by', 'json'] as const;

const optionsOf: Readonly<Record<(typeof words)[number], ReadonlySet<string>>> = {
  propose: new Set(said),
  answer: new Set([...said, 'commit']),
  snooze: new Set([...said, 'until', 'days', 'reason']),
  wake: new Set(said),
  waive: new Set([...said, 'until', 'days', 'reason']),
  second: new Set(said),
  useless: new Set(said),
  'hand-over': new Set(said),
  list: new Set(['service', 'all', 'json']),
  verify: new Set(['git-dir', 'target', 'source', 'ignore-trailers', 'json']),
  evaluate: new Set(['git-dir', 'target', 'source', 'ignore-trailers', 'json']),
};

async function verify(options: Parameters<typeof verifyBackports>[0], terminal: Terminal): Promise<Result> {
  const queries = queriesIn(await standardInput());
  const verified = await verifyBackports(options, queries);
  if (verified.outcome === 'unreadable') return { outcome: 'refused', reason: verified.why };
  for (const [index, query] of queries.entries()) {
    const evidence = verified.evidence[index];
    if (evidence !== undefined) terminal.print(JSON.stringify(lineOf(query, evidence)));
  }
  return done;
}

function queriesIn(text: string): readonly Query[] {
  return text.split('\n').flatMap((line) => {
    const [commit, ...excluded] = line.trim().split(/\s+/);
    return commit === undefined || commit === '' ? [] : [{ commit, excluded }];
  });
}

/** The names of the public contract. */
function lineOf({ commit }: Query, { verdict, by, method, containment, missingFiles, revertedBy, reason }: Evidence) {
  return {
    commit,
    verdict,
    by,
    method,
    containment,
    missing_files: missingFiles,
    ...(revertedBy === null ? {} : { reverted_by: revertedBy }),
    ...(reason === null ? {} : { reason }),
  };
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function evaluate(
  repository: { readonly origin: GitOrigin; readonly gitDir: string },
  { source, targets, json }: { readonly source: string; readonly targets: readonly string[]; readonly json: boolean },
  terminal: Terminal,
): Promise<Result> {
  const evaluations: Evaluation[] = [];
  for (const target of targets) {
    const evaluated = await evaluateTarget({ ...repository, source, target });
    if (evaluated.outcome === 'unreadable') return { outcome: 'refused', reason: `${target}: ${evaluated.why}` };
    evaluations.push(evaluated.evaluation);
  }
  if (json) terminal.print(JSON.stringify(evaluations, null, 2));
  else terminal.print(linesOf(evaluations));
  return done;
}

function linesOf(evaluations: readonly Evaluation[]): string {
  const rows = evaluations.map(({ target, pairs, found, asked, missed, wrong, cherry }) => [
    target,
    String(pairs),
    share(found, pairs),
    share(asked.length, pairs),
    share(missed.length, pairs),
    share(wrong.length, pairs),
    share(cherry, pairs),
  ]);
  const sum = (of: (evaluation: Evaluation) => number) => evaluations.reduce((all, each) => all + of(each), 0);
  const pairs = sum((each) => each.pairs);
  const total = [
    'all',
    String(pairs),
    share(
      sum(({ found }) => found),
      pairs,
    ),
    share(
      sum(({ asked }) => asked.length),
      pairs,
    ),
    share(
      sum(({ missed }) => missed.length),
      pairs,
    ),
    share(
      sum(({ wrong }) => wrong.length),
      pairs,
    ),
    share(
      sum(({ cherry }) => cherry),
      pairs,
    ),
  ];
  const header = ['target', 'picks', 'found', 'asked', 'missed', 'wrong without it', 'git cherry'];
  const told = table(header, evaluations.length > 1 ? [...rows, total] : rows);
  const open = evaluations.flatMap(({ target, asked, missed, wrong }) => [
    ...asked.map(({ commit, by }) => `${target}: asks whether ${short(commit)} is ${short(by)}`),
    ...missed.map(({ commit, pick }) => `${target}: does not see that ${short(commit)} became ${short(pick)}`),
    ...wrong.map(
      ({ commit, by, method }) => `${target}: without its pick, takes ${short(by)} for ${short(commit)} (${method})`,
    ),
  ]);
  return open.length === 0 ? told : `${told}\n\n${open.join('\n')}`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${part} (${((100 * part) / whole).toFixed(1)} %)`;
}

function short(commit: string | null): string {
  return commit === null ? 'nothing' : commit.slice(0, 9);
}

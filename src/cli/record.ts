import { randomUUID } from 'node:crypto';
import { kinds, statuses } from '../domain/change.ts';
import { type SenderEnvironment, senderEnvironment } from '../config/sender-environment.ts';
import { readGenericChange } from '../sources/generic-change.ts';
import { done, readArguments } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { changeOf, runFields } from './record-change.ts';
import { planToSend, readPlanFile } from './record-plan.ts';
import { type Report, reportAround } from './record-around.ts';
import { type Sender, type Sent, senderOf } from './record-send.ts';

export const record: Command = {
  usage: [
    'record <kind> [--title <line>] [--service …] [--environment …] [--to <version>] …',
    'record <kind> … -- <program> [<argument> …]',
    'record plan <plan.json> [--applied | --failed] … [-- <program> …]',
  ],
  summary:
    'Tells of a change. With a program, runs it and tells when it began, how long it took and how it ended; it ends with\n' +
    'the program’s exit code, whether or not Sincewhen could be told.',
  options: [
    `<kind>         ${kinds.join(', ')}`,
    'plan           what `terraform show -json` or `tofu show -json` wrote; - is standard input',
    '--title        one line for people; otherwise made of kind, service, version and environment',
    '--service, --environment, --from, --to, --commit, --repository, --url, --reason, --actor',
    `--status       ${statuses.join(', ')}; without it, the change just happened`,
    '--key          one occurrence: told again it is the same change',
    '--details      name=value, any number of times',
    '--applied, --failed, --workspace, --run    of a plan: without a phase it is only planned',
    '--server       address of Sincewhen; otherwise SINCEWHEN_URL, otherwise the database of the settings',
    '--token-file   file with a token of scope ingest; otherwise SINCEWHEN_TOKEN. Never on the command line, where others see it',
    '--json         for programs: the answer of POST /api/changes or /api/plans',
    'In a CI job commit, repository, link, person and (GitLab, Bitbucket) environment come from its variables.',
  ],
  async run(args, terminal) {
    const end = args.indexOf('--');
    const [program, ...rest] = end < 0 ? [] : args.slice(end + 1);
    if (end >= 0 && program === undefined) return { outcome: 'usage', reason: 'what shall be run after -- ?' };
    const read = readArguments(end < 0 ? args : args.slice(0, end), options);
    if (read.outcome === 'usage') return read;
    const { values } = read;
    const [kind, ...others] = read.positionals;
    if (kind === undefined) return { outcome: 'usage', reason: `what kind of change? ${kinds.join(', ')}, or plan` };
    if (program !== undefined && (values.status !== undefined || values.applied || values.failed)) {
      return {
        outcome: 'usage',
        reason: 'how it went is told by the program’s end: leave out --status, --applied, --failed',
      };
    }
    const environment = senderEnvironment();
    const asked = { kind, others, values, program, environment };
    const sender = await senderOf({ server: values.server, tokenFile: values['token-file'] }, environment);
    const report = kind === 'plan' ? await planReport(asked, sender) : changeReport(asked);
    if ('outcome' in report) return report;
    if (program === undefined) return tell(report, sender, values.json === true, terminal);
    return reportAround({ program, args: rest, directory: environment.directory, report, sender }, (text) => {
      if (values.json) terminal.print(text);
    });
  },
};

const text = { type: 'string' } as const;
const options = {
  title: text,
  service: text,
  environment: text,
  from: text,
  to: text,
  commit: text,
  repository: text,
  url: text,
  reason: text,
  actor: text,
  status: text,
  key: text,
  details: { type: 'string', multiple: true },
  applied: { type: 'boolean' },
  failed: { type: 'boolean' },
  workspace: text,
  run: text,
  server: text,
  'token-file': text,
  json: { type: 'boolean' },
} as const;

type Values = Extract<ReturnType<typeof readArguments<typeof options>>, { outcome: 'read' }>['values'];

interface Asked {
  readonly kind: string;
  readonly others: readonly string[];
  readonly values: Values;
  readonly program: string | undefined;
  readonly environment: SenderEnvironment;
}

function changeReport({ kind, others, values, program, environment }: Asked): Report | Result {
  if (!kinds.some((each) => each === kind)) {
    return { outcome: 'usage', reason: `${kind} is no kind of change: ${kinds.join(', ')}, or plan` };
  }
  if (others.length > 0) return { outcome: 'usage', reason: `what is ${others[0]}?` };
  for (const name of ['applied', 'failed', 'workspace', 'run'] as const) {
    if (values[name] !== undefined) return { outcome: 'usage', reason: `--${name} is for plans` };
  }
  const details = pairsIn(values.details ?? []);
  if (details === null) return { outcome: 'usage', reason: '--details is name=value' };
  const { title, service, from, to, commit, repository, url, reason, actor, status, key } = values;
  const told = {
    title,
    service,
    environment: values.environment,
    from,
    to,
    commit,
    repository,
    url,
    reason,
    actor,
    status,
    key,
  };
  const change = changeOf(kind, told, { run: environment.run, program, details });
  if (change['title'] === undefined)
    return { outcome: 'usage', reason: 'what happened? --title, or --service and --to' };
  const read = readGenericChange(change, { source: 'api', sender: 'cli', receivedAt: new Date() });
  if (read.outcome === 'rejected') return { outcome: 'usage', reason: read.error };
  const unique = key ?? `record-${randomUUID()}`;
  return {
    door: 'changes',
    now: (at) => ({ occurred_at: at.toISOString(), ...change }),
    started: (at) => ({ ...change, key: unique, status: 'started', occurred_at: at.toISOString() }),
    ended: ({ status: how, code }, from, to) => ({
      ...change,
      key: unique,
      status: how,
      occurred_at: from.toISOString(),
      finished_at: to.toISOString(),
      details: { ...details, ...(change['details'] as object), ...(code === 0 ? {} : { exit_code: code }) },
    }),
  };
}

const phases = { succeeded: 'applied', failed: 'failed', cancelled: 'cancelled' } as const;

async function planReport({ others, values, environment }: Asked, { remote }: Sender): Promise<Report | Result> {
  const [file, ...more] = others;
  if (file === undefined || more.length > 0) return { outcome: 'usage', reason: 'which file? record plan plan.json' };
  if (values.applied && values.failed) return { outcome: 'usage', reason: 'was it --applied, or has it --failed?' };
  const read = await readPlanFile(file, environment.directory);
  if (read.outcome === 'refused') return read;
  const known = runFields(environment.run);
  const { workspace, service, commit, repository, url, actor } = values;
  const wrapper = (run: string | undefined) => ({
    plan: remote ? planToSend(read.plan) : read.plan,
    workspace,
    service,
    environment: values.environment ?? environment.run.environment,
    run,
    commit: commit ?? known.commit,
    repository: repository ?? known.repository,
    url: url ?? known.url,
    actor: actor ?? environment.run.actor ?? environment.run.email,
  });
  const run = values.run ?? environment.run.id;
  const unique = run ?? randomUUID();
  const phase = values.applied ? 'applied' : values.failed ? 'failed' : undefined;
  return {
    door: 'plans',
    now: (at) => ({ ...wrapper(run), phase, ...(phase === undefined ? {} : { finished_at: at.toISOString() }) }),
    // The time of a phase goes by this name, whichever it is.
    started: (at) => ({ ...wrapper(unique), phase: 'started', finished_at: at.toISOString() }),
    ended: ({ status }, _from, to) => ({ ...wrapper(unique), phase: phases[status], finished_at: to.toISOString() }),
  };
}

async function tell(report: Report, { send }: Sender, json: boolean, terminal: Terminal): Promise<Result> {
  const sent = await send(report.door, report.now(new Date()), new AbortController().signal);
  if (sent.outcome === 'not-sent') return { outcome: 'refused', reason: `this was not recorded: ${sent.reason}` };
  terminal.print(json ? JSON.stringify(sent.answer) : wordsFor(sent));
  return done;
}

function wordsFor({ answer }: Extract<Sent, { outcome: 'sent' }>): string {
  const { changes, accepted } = answer;
  if (!Array.isArray(changes)) return changes === 0 ? 'Nothing new in it.' : `Recorded: ${String(changes)} changed.`;
  return accepted === 0 ? 'It had been recorded before.' : `Recorded as change ${changes.join(', ')}.`;
}

/** Null: one of them is no pair. */
function pairsIn(given: readonly string[]): Readonly<Record<string, string>> | null {
  const pairs = given.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
  return given.every((pair) => pair.indexOf('=') > 0) ? Object.fromEntries(pairs) : null;
}

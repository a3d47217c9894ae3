import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Statement } from '../../domain/event.ts';
import { firstCodePoints, outsideJson, outsideText } from '../../domain/outside-text.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { defined } from '../reading/defined.ts';
import { runMentions } from '../reading/deploy-mentions.ts';
import { WebUrl, actorOf, text } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { type Reader, ignored, reader, told } from '../reading/reader.ts';

/** What whoever sends a report says about it. Unless it says otherwise, the run was a check: it changed nothing. */
export const ReportContext = z.object({
  environment: text(200),
  service: text(200),
  check: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')])
    .nullish()
    .transform((check) => check ?? true),
  run: z
    .union([z.string(), z.number()])
    .nullish()
    .transform((run) => outsideText(run, 150)),
  url: WebUrl,
  actor: text(200),
});
type ReportContext = z.output<typeof ReportContext>;

/** The callback writes UTC, in older versions without saying so. */
const Time = z
  .string()
  .nullish()
  .transform((time) => (time ? parseTimestamp(time, 'UTC') : null));
const Duration = z.object({ start: Time, end: Time }).nullish();
const Count = z.number().int().nonnegative().nullish();

const Result = z.object({
  changed: z.boolean().nullish(),
  failed: z.boolean().nullish(),
  path: z.unknown().optional(),
  dest: z.unknown().optional(),
  diff: z.unknown().optional(),
});
type Result = z.output<typeof Result>;

const Report = z.object({
  plays: z
    .array(
      z.object({
        play: z.object({ id: text(100), name: text(200), path: text(500), duration: Duration }),
        tasks: z.array(
          z.object({
            task: z.object({ id: text(100), name: text(200) }),
            hosts: z.record(z.string(), Result.nullish()).nullish(),
          }),
        ),
      }),
    )
    .max(1000),
  stats: z.record(z.string(), z.object({ failures: Count, unreachable: Count, changed: Count }).nullish()).nullish(),
});
type Report = z.output<typeof Report>;

/** A task and the hosts on which it changed something, or would. */
interface Changing {
  readonly task: string;
  readonly hosts: Set<string>;
  readonly paths: Set<string>;
  readonly before: Map<string, unknown>;
  readonly after: Map<string, unknown>;
}

/** A check that would change something found drift: one change for all of the run, with its tasks and hosts. */
export function readReport(context: ReportContext): Reader {
  return reader(Report, (report, { receivedAt }) => {
    const changing = changingTasks(report);
    const [began, ended] = spanOf(report);
    const at = (ended ?? began ?? receivedAt).toISOString();
    const troubled = troubledHosts(report);
    const hosts = [...new Set(changing.flatMap((each) => [...each.hosts]))].toSorted();
    if (changing.length === 0 && (context.check || troubled.length === 0)) {
      return ignored(context.check ? 'a check that would change nothing' : 'a run that changed nothing');
    }
    const playbook = playbookOf(report);
    const run = digestOf([report.plays.map(({ play }) => [play.id, play.name, play.path]), context.run, began, ended]);
    const what = playbook === undefined ? 'ansible' : `ansible ${playbook}`;
    const where = hostWords(hosts.length > 0 ? hosts : troubled);
    const statement: Statement = {
      key: `ansible:run:${run}:${context.check ? 'check' : 'run'}`,
      source: 'ansible',
      occurredAt: at,
      clock: ended === null && began === null ? 'received' : 'source',
      ...(context.check
        ? {
            phase: 'happened',
            kind: 'drift',
            title: cut(`${what} found drift on ${where}: ${taskWords(changing)}`),
          }
        : {
            phase: troubled.length > 0 ? 'failed' : 'succeeded',
            kind: 'infrastructure',
            title: cut(`${what} on ${where}${changing.length === 0 ? '' : `: ${taskWords(changing)}`}`),
            ...(began === null ? {} : { startedAt: began.toISOString() }),
          }),
      details: outsideJson({
        ...(playbook === undefined ? {} : { playbook }),
        plays: report.plays.flatMap(({ play }) => play.name ?? []),
        tasks: changing.slice(0, 50).map(({ task, hosts: on, paths }) => ({
          task,
          hosts: [...on].slice(0, 20),
          ...(paths.size === 0 ? {} : { paths: [...paths].slice(0, 20) }),
        })),
        ...(troubled.length === 0 ? {} : { failed_or_unreachable: troubled.slice(0, 50) }),
      }),
      ...attributesOf(changing),
      ...defined({
        environmentName: context.environment,
        serviceName: context.service,
        url: context.url,
        actor: actorOf({ login: context.actor }),
      }),
    };
    // Drift that check after check finds is one change a day.
    const drift = digestOf([context.environment, context.service, playbook, changing.map(({ task }) => task), hosts]);
    return told({
      statement,
      identities: [
        context.check
          ? { type: 'drift', value: `ansible:${at.slice(0, 10)}:${drift}` }
          : { type: 'run', value: `ansible:${run}` },
      ],
      mentions: runMentions([context.url]),
    });
  });
}

/** With the strategy `free` a task may be listed more than once, and a difference is no change where nothing changed. */
function changingTasks(report: Report): readonly Changing[] {
  const found = new Map<string, Changing>();
  for (const { play, tasks } of report.plays) {
    for (const { task, hosts } of tasks) {
      for (const [host, result] of Object.entries(hosts ?? {})) {
        if (result?.changed !== true || result.failed === true) continue;
        const id = `${play.id ?? ''} ${task.id ?? ''} ${task.name ?? ''}`;
        const known = found.get(id);
        const each: Changing = known ?? {
          task: task.name ?? 'a task',
          hosts: new Set(),
          paths: new Set(),
          before: new Map(),
          after: new Map(),
        };
        found.set(id, each);
        note(each, outsideText(host, 200) ?? 'a host', result);
      }
    }
  }
  return [...found.values()];
}

const attributeNames = ['mode', 'owner', 'group', 'state', 'src'];

function note(changing: Changing, host: string, { path, dest, diff }: Result): void {
  changing.hosts.add(host);
  for (const difference of Array.isArray(diff) ? diff.slice(0, 20) : [diff]) {
    if (!isObject(difference)) continue;
    const { before, after, after_header: header } = difference;
    const named = isObject(after) ? after['path'] : undefined;
    const file = outsideText(path ?? dest ?? named ?? header, 300)?.replace(/ \((?:content|file attributes)\)$/, '');
    if (file !== undefined) changing.paths.add(file);
    if (!isObject(before) || !isObject(after)) continue;
    const differing = attributeNames.filter((name) => name in after && before[name] !== after[name]);
    if (differing.length === 0) continue;
    const place = `${host}:${file ?? changing.task}`;
    changing.before.set(place, Object.fromEntries(differing.map((name) => [name, before[name] ?? null])));
    changing.after.set(place, Object.fromEntries(differing.map((name) => [name, after[name]])));
  }
  const own = outsideText(path ?? dest, 300);
  if (own !== undefined) changing.paths.add(own);
}

/** Modes, owners and the like. What is in files is never kept: it may hold secrets. */
function attributesOf(changing: readonly Changing[]): Pick<Statement, 'before' | 'after'> {
  const before = changing.flatMap((each) => [...each.before]);
  if (before.length === 0) return {};
  return {
    before: outsideJson(Object.fromEntries(before)),
    after: outsideJson(Object.fromEntries(changing.flatMap((each) => [...each.after]))),
  };
}

function troubledHosts({ stats }: Report): readonly string[] {
  return Object.entries(stats ?? {})
    .filter(([, each]) => (each?.failures ?? 0) + (each?.unreachable ?? 0) > 0)
    .flatMap(([host]) => outsideText(host, 200) ?? [])
    .toSorted();
}

function spanOf({ plays }: Report): readonly [Date | null, Date | null] {
  const times = (pick: 'start' | 'end') => plays.flatMap(({ play }) => play.duration?.[pick] ?? []);
  const [began] = times('start').toSorted((a, b) => a.getTime() - b.getTime());
  const ended = times('end').toSorted((a, b) => b.getTime() - a.getTime())[0];
  return [began ?? null, ended ?? null];
}

/** `site.yml` of `/srv/playbooks/site.yml:12`. */
function playbookOf({ plays }: Report): string | undefined {
  return outsideText(/([^/]+?)(?::\d+)?$/.exec(plays[0]?.play.path ?? '')?.[1], 100);
}

function hostWords(hosts: readonly string[]): string {
  if (hosts.length === 0) return 'no host';
  return hosts.length > 2 ? `${hosts.length.toLocaleString('en')} hosts` : hosts.join(' and ');
}

function taskWords(changing: readonly Changing[]): string {
  const names = changing.slice(0, 3).map(({ task }) => task);
  return changing.length > 3
    ? `${names.slice(0, 2).join(', ')} and ${changing.length - 2} more tasks`
    : names.join(', ');
}

function cut(title: string): string {
  return firstCodePoints(title, 300);
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

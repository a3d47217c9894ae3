import { z } from 'zod';

export interface HostResult {
  readonly host: string;
  readonly isChanged: boolean;
  readonly isSkipped: boolean;
  /** Why the host was not looked at; null: it was. */
  readonly trouble: string | null;
  /** That differ, with their whole contents. */
  readonly files: readonly { readonly path: string; readonly before: string; readonly after: string }[];
}

const Difference = z.object({
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  before_header: z.string().nullish(),
  after_header: z.string().nullish(),
});

const Result = z.object({
  changed: z.boolean().nullish(),
  failed: z.boolean().nullish(),
  skipped: z.boolean().nullish(),
  unreachable: z.boolean().nullish(),
  ignore_errors: z.boolean().nullish(),
  path: z.string().nullish().catch(null),
  dest: z.string().nullish().catch(null),
  diff: z
    .union([z.array(Difference), Difference.transform((one) => [one])])
    .nullish()
    .catch(null),
  results: z.array(z.unknown()).nullish().catch(null),
});
type Result = z.output<typeof Result>;

const Report = z.object({
  plays: z.array(
    z.object({
      play: z.object({ name: z.string().nullish() }),
      tasks: z.array(
        z.object({ task: z.object({ name: z.string().nullish() }), hosts: z.record(z.string(), z.unknown()) }),
      ),
    }),
  ),
});

export interface Task {
  /** Of a play and its task: `web / nginx.conf is managed`. */
  readonly name: string;
  readonly results: readonly HostResult[];
}

/** Undefined: it is no report. Some callbacks and wrappers print lines before it. */
export function tasksIn(text: string): readonly Task[] | undefined {
  const start = text.search(/^\{/m);
  let json: unknown;
  try {
    json = JSON.parse(start < 0 ? text : text.slice(start));
  } catch {
    return undefined;
  }
  const report = Report.safeParse(json).data;
  return report?.plays.flatMap(({ play, tasks }) =>
    tasks.map(({ task, hosts }) => ({
      // What stands before a colon in a key is the task.
      name: `${play.name ?? 'play'} / ${task.name ?? 'task'}`.replaceAll(':', ' ').slice(0, 250),
      results: Object.entries(hosts).map(([host, result]) => resultOf(host, result)),
    })),
  );
}

function resultOf(host: string, told: unknown): HostResult {
  const result = Result.safeParse(told).data;
  if (result === undefined) {
    return { host, isChanged: false, isSkipped: false, trouble: 'its result cannot be read', files: [] };
  }
  const failed = result.failed === true && result.ignore_errors !== true;
  return {
    host,
    isChanged: result.changed === true,
    isSkipped: result.skipped === true,
    trouble: result.unreachable === true ? 'unreachable' : failed ? 'a task failed' : null,
    files: filesIn(result),
  };
}

/** Of a loop each turn has a result of its own. */
function filesIn(result: Result): HostResult['files'] {
  const turns = (result.results ?? []).flatMap((turn) => {
    const read = Result.safeParse(turn).data;
    return read === undefined ? [] : filesIn({ ...read, results: null });
  });
  const own = (result.diff ?? []).flatMap(({ before, after, before_header: from, after_header: to }) => {
    const path = result.path ?? result.dest ?? named(from) ?? named(to);
    if (path === null || path === undefined || before === undefined || after === undefined) return [];
    const [was, is] = [textOf(before), textOf(after)];
    return was === is ? [] : [{ path, before: was, after: is }];
  });
  return [...own, ...turns];
}

/** `/etc/nginx.conf (content)`, and where a template was made `/root/.ansible/tmp/…`, which is no name of it. */
function named(header: string | null | undefined): string | null {
  const path = header?.replace(/ \((?:content|file attributes)\)$/, '') ?? '';
  return path.startsWith('/') && !path.includes('/.ansible/tmp/') ? path : null;
}

/** Contents, or what a file may be done with as an object. */
function textOf(side: unknown): string {
  return typeof side === 'string' ? side : JSON.stringify(side);
}

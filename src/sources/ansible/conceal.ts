import { isObject } from '../reading/json.ts';

/** What of a host's result is read. All else (output, arguments, whole files) may hold secrets that nothing marks. */
const resultFields = [
  'action',
  'changed',
  'failed',
  'unreachable',
  'skipped',
  'ignore_errors',
  'path',
  'dest',
  'name',
  'censored',
];
/** Of a file's difference: what it is called and may be done with, not what is in it. */
const attributes = ['path', 'mode', 'owner', 'group', 'state', 'src'];
/** Variables by which people say where a job of AWX runs. */
const places = ['environment', 'env', 'target_env', 'target_environment', 'deploy_env', 'service', 'app', 'version'];

/** A report of a run, each host's result reduced to what is read of it. */
export function concealReport(report: Readonly<Record<string, unknown>>): unknown {
  const { custom_stats: _, global_custom_stats: __, ...rest } = report;
  return { ...rest, plays: listOf(report['plays'], (play) => mapped(play, 'tasks', (tasks) => listOf(tasks, ofTask))) };
}

/** A notification of AWX: of its variables those that say where it runs, and no trace of an error. */
export function concealJob(job: Readonly<Record<string, unknown>>): unknown {
  const { traceback: _, ...rest } = job;
  return 'extra_vars' in job ? { ...rest, extra_vars: placesIn(job['extra_vars']) } : rest;
}

function ofTask(task: unknown): unknown {
  return mapped(task, 'hosts', (hosts) =>
    isObject(hosts)
      ? Object.fromEntries(Object.entries(hosts).map(([host, result]) => [host, ofResult(result)]))
      : null,
  );
}

function ofResult(result: unknown): unknown {
  if (!isObject(result)) return null;
  const kept = picked(result, resultFields);
  return 'diff' in result ? { ...kept, diff: differencesOf(result['diff']) } : kept;
}

function differencesOf(diff: unknown): unknown {
  const one = (difference: unknown) =>
    isObject(difference)
      ? {
          ...picked(difference, ['before_header', 'after_header']),
          ...(isObject(difference['before']) ? { before: picked(difference['before'], attributes) } : {}),
          ...(isObject(difference['after']) ? { after: picked(difference['after'], attributes) } : {}),
        }
      : {};
  return Array.isArray(diff) ? diff.map(one) : one(diff);
}

function picked(object: Readonly<Record<string, unknown>>, names: readonly string[]) {
  const kept = names.filter((name) => Object.hasOwn(object, name) && typeof object[name] !== 'object');
  return Object.fromEntries(kept.map((name) => [name, object[name]]));
}

/** AWX gives them as JSON in a text. */
function placesIn(variables: unknown): unknown {
  const told = typeof variables === 'string' ? objectIn(variables) : variables;
  return isObject(told) ? picked(told, places) : {};
}

function objectIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function mapped(value: unknown, field: string, change: (inner: unknown) => unknown): unknown {
  return isObject(value) && field in value ? { ...value, [field]: change(value[field]) } : value;
}

function listOf(value: unknown, change: (item: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map((item) => change(item)) : value;
}

import { basename } from 'node:path';
import type { CiRun } from '../config/sender-environment.ts';
import { repositoryNamed, webUrl } from '../sources/reading/told-fields.ts';

/** What the options of `record` say, by their names. */
export interface ToldOptions {
  readonly title?: string | undefined;
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly commit?: string | undefined;
  readonly repository?: string | undefined;
  readonly url?: string | undefined;
  readonly reason?: string | undefined;
  readonly actor?: string | undefined;
  readonly status?: string | undefined;
  readonly key?: string | undefined;
}

/** The change in our own shape: what the options say, and else what the CI run does. Without a title: nothing names it. */
export function changeOf(
  kind: string,
  { actor, ...told }: ToldOptions,
  { run, program, details }: { run: CiRun; program: string | undefined; details: Readonly<Record<string, string>> },
): Readonly<Record<string, unknown>> {
  const known = runFields(run);
  const commit = told.commit ?? known.commit;
  const isDeploy = kind === 'deploy' || kind === 'rollback';
  const to = told.to ?? (isDeploy ? commit?.slice(0, 7) : undefined);
  const environment = told.environment ?? run.environment;
  return {
    ...told,
    kind,
    title: told.title ?? titleOf(kind, { service: told.service, to, environment, program }),
    environment,
    to,
    commit,
    repository: told.repository ?? known.repository,
    url: told.url ?? known.url,
    actor: actor === undefined ? known.actor : { name: actor },
    identities: known.identities,
    // The name alone: arguments hold secrets.
    details: { ...(program === undefined ? {} : { program: basename(program) }), ...details },
  };
}

/** What a CI run says, as far as it fits a change. */
export function runFields(run: CiRun) {
  const repository = repositoryNamed(run.repository);
  const url = webUrl(run.url);
  const plain = url?.split(/[?#]/)[0] ?? '';
  const [, number] = /\/actions\/runs\/(\d+)$/.exec(plain) ?? [];
  const value = number !== undefined && repository !== undefined ? `${repository}#${number}` : plain;
  const commit = run.commit?.toLowerCase() ?? '';
  const actor = run.actor === undefined && run.email === undefined ? undefined : { name: run.actor, email: run.email };
  return {
    repository,
    url,
    commit: /^[0-9a-f]{40}$/.test(commit) ? commit : undefined,
    actor,
    identities: value === '' || value.length > 300 ? undefined : [{ type: 'run', value }],
  };
}

interface Named {
  readonly service: string | undefined;
  readonly to: string | undefined;
  readonly environment: string | undefined;
  readonly program: string | undefined;
}

function titleOf(kind: string, { service, to, environment, program }: Named): string | undefined {
  const what = [service, to].filter((part) => part !== undefined).join(' ');
  const by = what === '' && program !== undefined ? `by ${basename(program)}` : what;
  return by === '' ? undefined : `${kind} ${by}${environment === undefined ? '' : ` to ${environment}`}`;
}

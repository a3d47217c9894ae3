import type { Catalog } from '../../domain/catalog.ts';
import type { Identity } from '../../domain/identity.ts';

/**
 * By what a deploy is known that a workflow run makes, whether the run or a deployment reports it. Each attempt is a
 * deploy of its own: running an old run again is how some teams roll back.
 */
export function runIdentity(
  run: { readonly repository: string; readonly id: number; readonly attempt: number },
  environment: string,
  { environments }: Catalog,
): Identity {
  const given = environment.toLowerCase();
  return { type: 'run', value: `${run.repository}#${run.id}.${run.attempt}@${environments.get(given) ?? given}` };
}

const branchFolder = /^(?:releases?|hotfix(?:es)?|features?|fix(?:es)?|bugfix|support|dependabot|renovate)\//i;
const versions = [
  /^(?:v\d+|v?\d+(?:\.\d+)+(?:[-+][\w.+-]+)?)$/i,
  // Behind a name, `2.0` may be what a branch works towards.
  /[-_/](?:v\d+\.\d+(?:\.\d+)*|\d+\.\d+\.\d+)(?:[-+][\w.+-]+)?$/i,
  /@v?\d+(?:\.\d+)*(?:[-+][\w.+-]+)?$/i,
];

/** The version that a tag or branch name is: `v1.42.0`, `1.42`, `v7`, `checkout-v1.42.0`, `checkout@1.42.0-rc.1`. */
export function versionOf(ref: string): string | undefined {
  return !branchFolder.test(ref) && versions.some((version) => version.test(ref)) ? ref : undefined;
}

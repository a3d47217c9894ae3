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

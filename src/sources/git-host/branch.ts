import type { Catalog } from '../../domain/catalog.ts';
import type { Identity } from '../../domain/identity.ts';
import { isReleaseBranch } from '../../domain/release-branch.ts';

/**
 * Whether what happens to a branch changes something that runs, or will: the default branch, one that the settings name
 * as deployed, or one with a name that says so. Null: any other.
 */
export function roleOfBranch(
  branch: string,
  repository: { readonly full_name: string; readonly default_branch: string | undefined },
  catalog: Catalog,
): 'default' | 'deployed' | null {
  if (branch === repository.default_branch) return 'default';
  if (isReleaseBranch(branch)) return 'deployed';
  const named = catalog.services.some(
    (service) =>
      service.repository?.toLowerCase() === repository.full_name && Object.values(service.branches).includes(branch),
  );
  return named ? 'deployed' : null;
}

/**
 * By what a merge is known, whether a push or a pull request reports it. A commit that goes from the default branch to
 * a deployed one is merged twice, at different times: only its first merge is known by the commit itself.
 */
export function mergeIdentity(repository: string, sha: string, branch: string, role: 'default' | 'deployed'): Identity {
  return role === 'default'
    ? { type: 'commit', value: `${repository}@${sha}` }
    : { type: 'branch-commit', value: `${repository}@${sha}#${branch}` };
}

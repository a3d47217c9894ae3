import type { Catalog } from '../catalog.ts';
import type { Change } from '../change.ts';

/** How to bring a fix that production has to what staging runs. */
export interface BackportOffer {
  /** The page of the git host on which that is proposed. */
  readonly url: string;
  /** `Bring hotfix/retry to main` */
  readonly words: string;
}

export interface BackportContext {
  readonly catalog: Catalog;
  /** By environment, those that a version should have been in before; the first is meant. */
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
  /** It reached its environment without having been in the mirror. */
  readonly skippedStaging: boolean;
}

const hotfixBranch = /^(?:hot-?fix(?:es)?|releases?|rel|patch|emergency|support|maintenance)(?:[-/._]|$)/i;

/**
 * Null: it came by the branch that staging runs, so staging has it already or will; or nothing tells where its
 * repository is.
 */
export function backportOf(change: Change, context: BackportContext): BackportOffer | null {
  if (change.kind !== 'deploy' && change.kind !== 'merge') return null;
  const branches = branchesOf(change, context.catalog);
  const { reference, mirror } = placesOf(change, context);
  const to = (mirror === null ? undefined : branches?.[mirror]) ?? null;
  const { branch, commit } = change;
  if (branch !== null && branch === to) return null;
  const isHotfix = branch !== null && (branch === branches?.[reference] || hotfixBranch.test(branch));
  if (!isHotfix && !context.skippedStaging) return null;
  const home = homeOf(change);
  if (home === null) return null;
  const target = to ?? 'the default branch';
  if (branch !== null) return { url: home.propose(branch, to), words: `Bring ${branch} to ${target}` };
  // A commit alone cannot be proposed; what it brings can be seen.
  if (commit === null || to === null || home.compare === null) return null;
  return { url: home.compare(commit, to), words: `See what ${commit.slice(0, 7)} has and ${target} has not` };
}

/** The environment that the change is for, and the one that should have it too. Null: there is none. */
export function placesOf(
  { environment }: Pick<Change, 'environment'>,
  { mirrors, catalog }: Pick<BackportContext, 'mirrors' | 'catalog'>,
): { readonly reference: string; readonly mirror: string | null } {
  const [first = 'production'] = mirrors.keys();
  const reference = environment ?? first;
  const usual = mirrors.size === 0 && reference !== 'staging' && catalog.environments.has('staging') ? 'staging' : null;
  return { reference, mirror: mirrors.get(reference)?.[0] ?? usual };
}

function branchesOf(
  { repository, service, services }: Change,
  catalog: Catalog,
): Readonly<Record<string, string>> | null {
  const names = service === null ? services : [service];
  const found =
    catalog.services.find(({ name }) => names.includes(name)) ??
    catalog.services.find((each) => repository !== null && each.repository?.toLowerCase() === repository.toLowerCase());
  return found?.branches ?? null;
}

interface Home {
  /** The address that proposes to merge one branch into another; null: into the default one. */
  readonly propose: (from: string, to: string | null) => string;
  /** The address that shows what a commit has and a branch has not; null: the host has none. */
  readonly compare: ((commit: string, branch: string) => string) | null;
}

/** Told by the addresses that the change has: they stand below that of its repository. */
function homeOf({ repository, diffUrl, url, runUrl, pullRequest, commits }: Change): Home | null {
  if (repository === null) return null;
  for (const each of [diffUrl, url, pullRequest?.url, commits[0]?.url, runUrl]) {
    const parsed = each === null || each === undefined ? null : URL.parse(each);
    const plain =
      parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
    const home = plain ? homeAt(parsed, repository) : null;
    if (home !== null) return home;
  }
  return null;
}

function homeAt({ origin, pathname }: URL, repository: string): Home | null {
  const azure = /^(\/.+\/_git\/[^/]+)(?:\/|$)/.exec(pathname)?.[1];
  if (azure !== undefined) return azureDevOps(`${origin}${azure}`);
  const at = pathname.toLowerCase().indexOf(`/${repository.toLowerCase()}/`);
  if (at === -1) return null;
  const end = at + repository.length + 1;
  const base = `${origin}${pathname.slice(0, end)}`;
  return pathname.startsWith('/-/', end) ? gitLab(base) : gitHub(base);
}

/** Gitea and Forgejo take the same address. */
function gitHub(base: string): Home {
  const compare = (from: string, to: string | null) =>
    `${base}/compare/${to === null ? '' : `${inPath(to)}...`}${inPath(from)}`;
  return { propose: (from, to) => `${compare(from, to)}?expand=1`, compare };
}

function gitLab(base: string): Home {
  const field = (name: string, value: string) => `merge_request%5B${name}%5D=${encodeURIComponent(value)}`;
  return {
    propose: (from, to) => {
      const target = to === null ? '' : `&${field('target_branch', to)}`;
      return `${base}/-/merge_requests/new?${field('source_branch', from)}${target}`;
    },
    compare: (from, to) => `${base}/-/compare/${inPath(to)}...${inPath(from)}`,
  };
}

function azureDevOps(base: string): Home {
  return {
    propose: (from, to) => {
      const target = to === null ? '' : `&targetRef=${encodeURIComponent(to)}`;
      return `${base}/pullrequestcreate?sourceRef=${encodeURIComponent(from)}${target}`;
    },
    compare: null,
  };
}

/** A branch may have slashes, which stay. */
function inPath(branch: string): string {
  return branch.split('/').map(encodeURIComponent).join('/');
}

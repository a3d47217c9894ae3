import type { Catalog } from '../../domain/catalog.ts';
import { type ConfigGroup, configEnvironments } from '../../domain/config-path.ts';
import type { TimelineEvent } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { pathMatcher } from '../../domain/path-matcher.ts';
import { defined } from '../reading/defined.ts';
import { type Push, commitOf } from './push.ts';

const mostListed = 100;
const mostNamed = 3;

/** The configuration that a push edited: one event for each environment that the paths name, and one for the rest. */
export function configEdits(push: Push, catalog: Catalog): readonly TimelineEvent[] {
  const paths = [...new Set(push.commits.flatMap((commit) => commit.paths))];
  if (paths.length === 0) return [];
  return groupsOf(paths, push.repository, catalog).map((group) => edited(push, group));
}

/** Each path by the globs of the services that it belongs to; what belongs to none, by those for everything. */
function groupsOf(paths: readonly string[], repository: string, catalog: Catalog): readonly ConfigGroup[] {
  const services = catalog.services.filter((service) => service.repository?.toLowerCase() === repository);
  const byGlobs = new Map<readonly string[], string[]>();
  for (const path of paths) {
    const owners = services.filter((service) => service.paths.length === 0 || pathMatcher(service.paths)(path));
    const globs =
      owners.length === 0 ? [catalog.configPaths] : owners.map((owner) => owner.configPaths ?? catalog.configPaths);
    for (const each of new Set(globs)) byGlobs.set(each, [...(byGlobs.get(each) ?? []), path]);
  }
  const merged = new Map<string | null, Set<string>>();
  for (const [globs, owned] of byGlobs) {
    for (const { environment, files } of configEnvironments(owned, globs, catalog.environments)) {
      merged.set(environment, new Set([...(merged.get(environment) ?? []), ...files]));
    }
  }
  return [...merged].map(([environment, files]) => ({ environment, files: [...files] }));
}

function edited(push: Push, { environment, files }: ConfigGroup): TimelineEvent {
  const { source, repository, branch, role, head, time, actor } = push;
  const touched = new Set(files);
  const commits = push.commits.filter((commit) => commit.paths.some((path) => touched.has(path))).toReversed();
  const subject = commits[0]?.title ?? head.title;
  const object = `${repository}@${push.after}#${environment ?? ''}`;
  return {
    statement: {
      key: `${source}:config:${object}`,
      source,
      ...time,
      phase: 'happened',
      kind: 'config',
      title: outsideText(`${namesOf(files)}: ${subject}`, 500) ?? subject,
      repository,
      branch,
      commit: push.after,
      commits: commits.slice(0, mostListed).map(commitOf),
      paths: files,
      // Whether a pull request brought it is known to the merge alone.
      traits: role === 'default' ? ['default-branch'] : [],
      details: { files: files.slice(0, mostListed) },
      ...defined({
        environmentName: environment ?? undefined,
        actor,
        pullRequest: push.forced ? undefined : push.pullRequest,
        diffUrl: push.compare,
        url: commits[0]?.url ?? head.url,
        previousCommit: push.created ? undefined : push.before,
      }),
    },
    identities: [{ type: 'config', value: object }],
    mentions: [...new Set([push.after, ...commits.slice(0, mostListed).map(({ id }) => id)])].map((sha) => ({
      type: 'commit',
      value: `${repository}@${sha}`,
    })),
  };
}

function namesOf(files: readonly string[]): string {
  const named = files.slice(0, mostNamed).join(', ');
  const more = files.length - mostNamed;
  return more > 0 ? `${named} + ${more} more` : named;
}

/**
 * The environment that a build, pipeline or workflow of this name deploys to. Null unless the name says that it deploys
 * and names exactly one environment: most builds change nothing that runs.
 */
export function deploysTo(name: string, environments: ReadonlyMap<string, string>): string | null {
  if (!/(?:^|[^\p{L}])(?:deploy|deploys|deployment|release|rollout|promote|rollback)(?![\p{L}])/iu.test(name))
    return null;
  return environmentIn(name, environments);
}

/** The one environment that is a word of the name. Null: none is, or several are. */
export function environmentIn(name: string, environments: ReadonlyMap<string, string>): string | null {
  const words = name.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const [only, ...others] = new Set(words.flatMap((word) => environments.get(word) ?? []));
  return only !== undefined && others.length === 0 ? only : null;
}

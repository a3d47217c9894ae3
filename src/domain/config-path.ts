import picomatch from 'picomatch';

/** Configuration files of one environment; null: their paths name none, or more than one. */
export interface ConfigGroup {
  readonly environment: string | null;
  readonly files: readonly string[];
}

/**
 * Which of the paths are configuration, by environment, in the order in which the paths name them.
 *
 * Globs are matched against the whole path from the root of the repository (`**` for any depth); files whose names
 * begin with a dot match like any other. A path names an environment by a folder that is one of its names
 * (`envs/prod/main.tf`), or by words of the file's own name (`values-prod.yaml`, `.env.production`,
 * `appsettings.PreProd.json`), never by a part of a word.
 */
export function configEnvironments(
  paths: readonly string[],
  globs: readonly string[],
  environments: ReadonlyMap<string, string>,
): readonly ConfigGroup[] {
  const isConfig = matcherOf(globs);
  const names = namesWithoutSeparators(environments);
  const groups = new Map<string | null, string[]>();
  for (const path of new Set(paths)) {
    if (!isConfig(path)) continue;
    const environment = environmentOf(path, names);
    const files = groups.get(environment) ?? [];
    groups.set(environment, files);
    files.push(path);
  }
  return [...groups].map(([environment, files]) => ({ environment, files }));
}

function environmentOf(path: string, names: ReadonlyMap<string, string>): string | null {
  const segments = path.toLowerCase().split('/');
  const file = segments.pop() ?? '';
  const named = new Set(segments.flatMap((folder) => names.get(withoutSeparators(folder)) ?? []));
  for (const environment of namedByWords(file.split(/[-_.]+/), names)) named.add(environment);
  const [only] = named;
  return named.size === 1 && only !== undefined ? only : null;
}

/** The most words that one name may have: `pre-prod-eu`. */
const longestName = 3;
/** `non-prod` is not production, nor is `pre-prod` unless it is a name itself. */
const turning = new Set(['non', 'not', 'no', 'pre', 'post']);

function namedByWords(words: readonly string[], names: ReadonlyMap<string, string>): readonly string[] {
  const named: string[] = [];
  for (let at = 0; at < words.length; at++) {
    for (let size = Math.min(longestName, words.length - at); size > 0; size--) {
      const environment = names.get(words.slice(at, at + size).join(''));
      if (environment === undefined) continue;
      if (!turning.has(words[at - 1] ?? '')) named.push(environment);
      at += size - 1;
      break;
    }
  }
  return named;
}

function withoutSeparators(name: string): string {
  return name.replaceAll(/[-_. ]+/g, '');
}

function namesWithoutSeparators(environments: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return remembered(namesOf, environments, () => {
    const names = [...environments].map(([alias, name]) => [withoutSeparators(alias.toLowerCase()), name] as const);
    return new Map(names.filter(([alias]) => alias !== ''));
  });
}

function matcherOf(globs: readonly string[]): (path: string) => boolean {
  return remembered(matchers, globs, () => {
    const matches = globs.length === 0 ? () => false : picomatch([...globs], { dot: true });
    return (path) => matches(path);
  });
}

// Compiling globs costs more than all other work on a delivery, and the settings do not change while we run.
const matchers = new WeakMap<readonly string[], (path: string) => boolean>();
const namesOf = new WeakMap<ReadonlyMap<string, string>, ReadonlyMap<string, string>>();

function remembered<K extends object, V>(cache: WeakMap<K, V>, key: K, make: () => V): V {
  const before = cache.get(key);
  if (before !== undefined) return before;
  const made = make();
  cache.set(key, made);
  return made;
}

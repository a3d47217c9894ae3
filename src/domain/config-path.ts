import { pathMatcher } from './path-matcher.ts';

/** Configuration files of one environment; null: their paths name none, or more than one. */
export interface ConfigGroup {
  readonly environment: string | null;
  readonly files: readonly string[];
}

/**
 * Which of the paths are configuration, by environment, in the order in which the paths name them.
 *
 * A path names an environment by a folder that is one of its names
 * (`envs/prod/main.tf`), or by words of the file's own name (`values-prod.yaml`, `.env.production`,
 * `appsettings.PreProd.json`), never by a part of a word.
 */
export function configEnvironments(
  paths: readonly string[],
  globs: readonly string[],
  environments: ReadonlyMap<string, string>,
): readonly ConfigGroup[] {
  const isConfig = pathMatcher(globs);
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

/** The environments that the words of a name tell: `[pre, prod]` is not production, unless that is a name of it. */
export function environmentsIn(words: readonly string[], environments: ReadonlyMap<string, string>): readonly string[] {
  const lower = words.map((word) => word.toLowerCase());
  return [...new Set(namedByWords(lower, namesWithoutSeparators(environments)))];
}

function withoutSeparators(name: string): string {
  return name.replaceAll(/[-_. ]+/g, '');
}

const withoutAny = new WeakMap<ReadonlyMap<string, string>, ReadonlyMap<string, string>>();

function namesWithoutSeparators(environments: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const before = withoutAny.get(environments);
  if (before !== undefined) return before;
  const names = [...environments].map(([alias, name]) => [withoutSeparators(alias.toLowerCase()), name] as const);
  const made = new Map(names.filter(([alias]) => alias !== ''));
  withoutAny.set(environments, made);
  return made;
}

import picomatch from 'picomatch';

// Compiling globs costs more than all other work on a delivery, and the settings do not change while we run.
const compiled = new WeakMap<readonly string[], (path: string) => boolean>();

/**
 * Tells the paths that one of the globs matches: from the root of the repository (`**` for any depth), files whose names
 * begin with a dot like any other. No globs match nothing.
 */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  const before = compiled.get(globs);
  if (before !== undefined) return before;
  const matches = globs.length === 0 ? () => false : picomatch([...globs], { dot: true });
  const matcher = (path: string) => matches(path);
  compiled.set(globs, matcher);
  return matcher;
}

import picomatch from 'picomatch';

/** What settings say of facts that are not looked at. `key` is a glob, of which `*` stands for anything. */
export type IgnoredFacts = readonly { readonly facet: string; readonly key: string }[];

const compiled = new WeakMap<IgnoredFacts, ReadonlyMap<string, (key: string) => boolean>>();

export function isIgnored(
  ignored: IgnoredFacts,
  { facet, key }: { readonly facet: string; readonly key: string },
): boolean {
  const matchers = compiled.get(ignored) ?? matchersOf(ignored);
  compiled.set(ignored, matchers);
  return [facet, '*'].some((each) => matchers.get(each)?.(key) === true);
}

function matchersOf(ignored: IgnoredFacts): ReadonlyMap<string, (key: string) => boolean> {
  const globs = Map.groupBy(ignored, ({ facet }) => facet);
  return new Map(
    [...globs].map(
      ([facet, rules]) =>
        [
          facet,
          picomatch(
            rules.map(({ key }) => key),
            { bash: true, dot: true },
          ),
        ] as const,
    ),
  );
}

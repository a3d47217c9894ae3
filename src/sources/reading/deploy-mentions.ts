import type { Identity } from '../../domain/identity.ts';

interface Deployed {
  readonly repository: string | undefined;
  readonly commit: string | undefined;
  readonly version: string | undefined;
  readonly runUrls: readonly (string | undefined)[];
}

/** By what a deploy can be looked up, whoever reports it: the commit and version that it brings, and its runs' pages. */
export function deployMentions({ repository, commit, version, runUrls }: Deployed): readonly Identity[] {
  const mentions = [
    ...(repository === undefined || commit === undefined ? [] : [{ type: 'commit', value: `${repository}@${commit}` }]),
    ...(repository === undefined || version === undefined ? [] : [{ type: 'tag', value: `${repository}@${version}` }]),
  ];
  return [...mentions.filter(({ value }) => value.length <= 300), ...runMentions(runUrls)];
}

/** Runs by their pages' addresses, without what may differ between two links to one page. */
export function runMentions(urls: readonly (string | undefined)[]): readonly Identity[] {
  const values = urls.flatMap((url) => url?.replace(/[?#].*$/, '') ?? []);
  return values.filter((value) => value.length <= 300).map((value) => ({ type: 'run', value }));
}

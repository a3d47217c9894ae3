import type { Identity } from '../domain/identity.ts';

interface Deployed {
  readonly repository: string | undefined;
  readonly commit: string | undefined;
  readonly version: string | undefined;
  readonly runUrls: readonly (string | undefined)[];
}

/** By what a deploy can be looked up, whoever reports it: the commit and version that it brings, and its runs' pages. */
export function deployMentions({ repository, commit, version, runUrls }: Deployed): readonly Identity[] {
  const runs = runUrls.flatMap((url) => url?.replace(/[?#].*$/, '') ?? []);
  const mentions = [
    ...(repository === undefined || commit === undefined ? [] : [{ type: 'commit', value: `${repository}@${commit}` }]),
    ...(repository === undefined || version === undefined ? [] : [{ type: 'tag', value: `${repository}@${version}` }]),
    ...runs.map((value) => ({ type: 'run', value })),
  ];
  return mentions.filter(({ value }) => value.length <= 300);
}

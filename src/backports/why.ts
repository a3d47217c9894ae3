import { type BackportCommit, decisive } from '../domain/backports/backport.ts';
import type { Change } from '../domain/change.ts';
import type { Place } from './place.ts';

interface Missing {
  readonly change: Pick<Change, 'kind' | 'branch'>;
  readonly place: Pick<Place, 'reference' | 'mirror'>;
  readonly branches: { readonly reference: string | null; readonly mirror: string };
  readonly commits: readonly Pick<BackportCommit, 'isMerge' | 'evidence'>[];
}

/** `was deployed to production from release, and staging never had it`: the end of a sentence about a fix. */
export function whyMissing({ change, place, branches, commits }: Missing): string {
  const { reference, mirror } = place;
  const from = change.branch ?? branches.reference;
  const brought =
    change.kind === 'merge'
      ? `was merged to ${change.branch}, ${change.branch === branches.reference ? `which ${reference} runs` : `on its way to ${reference}`}`
      : `was deployed to ${reference}${from === null || from === branches.mirror ? '' : ` from ${from}`}`;
  return `${brought}, and ${stateWords(mirror, commits)}`.slice(0, 1000);
}

function stateWords(mirror: string, commits: Missing['commits']): string {
  const left = decisive(commits).map(({ evidence }) => evidence);
  const reverted = left.find(({ verdict }) => verdict === 'reverted');
  if (reverted !== undefined) return `${mirror} took it back with ${short(reverted.revertedBy)}`;
  if (left.some(({ verdict }) => verdict === 'not-found')) {
    const some = left.some(({ verdict }) => verdict === 'backported');
    return some ? `${mirror} has only some of it` : `${mirror} never had it`;
  }
  const asked = left.find(({ verdict }) => verdict === 'ask');
  if (asked !== undefined) return `${mirror} may have it as ${short(asked.by)}`;
  const reason = left.find(({ verdict }) => verdict === 'not-evaluated')?.reason ?? 'its content says nothing';
  return `nobody can tell whether ${mirror} has it: ${reason}`;
}

function short(commit: string | null): string {
  return commit?.slice(0, 7) ?? 'another commit';
}

import type { Landing } from '../../backports/landings.ts';
import type { BackportCommit } from '../../domain/backports/backport.ts';
import { code, link, outside } from './escape.ts';

/** What was found, by the name of its method. */
const found: Readonly<Record<string, string>> = {
  ancestry: 'the commit itself',
  trailer: 'a pick that names it',
  'change-id': 'a commit with the same Change-Id',
  'patch-id': 'the same patch',
  'patch-id-without-context': 'the same lines in the same files',
  authorship: 'a commit of the same author, moment and title',
  named: 'a commit with its pull request or title',
  listed: 'a batch that lists it',
  'near-identical': 'a nearly identical change',
  confirmed: 'a commit that somebody who knows confirmed',
};
/** These prove it whatever its lines are. */
const whole = new Set(['ancestry', 'patch-id', 'patch-id-without-context']);
const mostFiles = 3;

/** `the same patch landed in staging as 4f2a1c9 (PR #821, merged by grace)`. `place`: escaped. */
export function landedWords(proof: BackportCommit | null, place: string, landing: Landing | null): string {
  if (proof === null || proof.evidence.by === null) return `what was seen in ${place} is as it should be`;
  const { method, by, missingFiles } = proof.evidence;
  const what = found[method ?? ''] ?? 'a commit that proves it';
  const left = missingFiles.slice(0, mostFiles).map((file) => code(file, 80));
  const more = missingFiles.length > left.length ? ` and ${missingFiles.length - left.length} more` : '';
  const without = left.length === 0 ? '' : `, without ${left.join(', ')}${more}`;
  return `${what}${shareWords(proof)} landed in ${place} as ${short(by)}${landingWords(landing)}${without}`;
}

/** `62 % of its lines are in 4f2a1c9`: why somebody who knows is asked. */
export function likenessWords({ evidence }: BackportCommit): string {
  const commit = short(evidence.by ?? '');
  return evidence.containment === null
    ? `something speaks for ${commit}, and not enough`
    : `${percent(evidence.containment)} of its lines are in ${commit}`;
}

export function short(commit: string): string {
  return code(commit.slice(0, 7), 20);
}

function shareWords({ evidence: { method, containment } }: BackportCommit): string {
  if (containment === null || containment >= 0.995 || whole.has(method ?? '')) return '';
  return ` with ${percent(containment)} of its lines`;
}

function landingWords(landing: Landing | null): string {
  if (landing === null) return '';
  const name = `PR #${landing.pullRequest}`;
  const merged = landing.by === null ? '' : `, merged by ${outside(landing.by, 60)}`;
  return ` (${link(landing.url, name) ?? name}${merged})`;
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

import type { RuleName } from '../change-rules/rule.ts';
import { type DigestScope, type RisksFound, areInScope } from './facts.ts';

/** Of one, and of several. */
const words: Readonly<Record<RuleName, readonly [one: string, several: string]>> = {
  freeze: ['went out in a freeze', 'went out in a freeze'],
  window: ['outside the release window', 'outside the release window'],
  'skipped-staging': ['skipped staging', 'skipped staging'],
  'destructive-plan': ['destructive plan', 'destructive plans'],
  'destructive-migration': ['destructive migration', 'destructive migrations'],
  'mixed-migration': ['migration mixed with code', 'migrations mixed with code'],
  'manual-change': ['made by hand', 'made by hand'],
  'flag-without-reason': ['flag flipped without a reason', 'flags flipped without a reason'],
  'forced-push': ['forced push', 'forced pushes'],
  'direct-push': ['direct push', 'direct pushes'],
  unreviewed: ['merged without review', 'merged without review'],
  'stale-approval': ['approved before its last push', 'approved before their last push'],
};

/** `3 went out in a freeze (2 with a reason) · 1 skipped staging`; null: the rules found nothing. No names of people. */
export function riskWords({ found, newest }: RisksFound, scope: DigestScope): string | null {
  const shown = found.filter(({ services }) => areInScope(scope, services));
  const parts = Object.entries(words).flatMap(([rule, [one, several]]) => {
    const told = shown.filter((each) => each.rule === rule);
    if (told.length === 0) return [];
    const given = told.filter(({ justified }) => justified).length;
    const asked = rule === 'freeze' || rule === 'window';
    const reasons = asked ? ` (${given === 0 ? 'none' : given === told.length ? 'all' : given} with a reason)` : '';
    return [`${told.length.toLocaleString('en')} ${told.length === 1 ? one : several}${reasons}`];
  });
  if (parts.length === 0) return null;
  return `${parts.join(' · ')}${newest === null ? '' : `, of the newest ${newest.toLocaleString('en')} changes`}`;
}

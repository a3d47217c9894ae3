import { freezeOf } from '../release-rules.ts';
import { type OverrideSaid, changeRule } from './rule.ts';

export const freeze = changeRule({
  name: 'freeze',
  title: 'Freeze',
  why: 'While nobody can watch, or everybody is busy with an outage, what is not changed cannot break.',
  needs: 'history',
  gate: 'forbids',
  finds: ['freeze'],
  tuning: {},
  evaluate: ({ release, ...change }) => {
    const found = release === null ? null : freezeOf(release.freezes, change);
    if (release === null || found === null) return null;
    return { name: 'freeze', text: `during ${freezeName(found)}${overrideWords(release.override)}` };
  },
});

/** `the freeze black-friday`, `the freeze of INC-42`. */
export function freezeName({ name, incident }: { readonly name: string; readonly incident?: boolean }): string {
  return incident === true ? `the freeze of ${name}` : `the freeze ${name}`;
}

/** `: hotfix for INC-42 (grace)` */
export function overrideWords(override: OverrideSaid | null): string {
  return override === null ? '' : `: ${override.reason} (${override.by})`;
}

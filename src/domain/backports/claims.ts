import type { KeptDecision } from './decision.ts';

/** What people say of commits that may be a fix in another form. */
export interface Claims {
  /** By commit, who says that it is it. */
  readonly claimed: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of which somebody said that they are not. */
  readonly denied: ReadonlySet<string>;
}

/** Oldest first. The last word holds: a "no" ends what was claimed before it, a later "yes" begins anew. */
export function claimsIn(decisions: readonly Pick<KeptDecision, 'kind' | 'by' | 'commit'>[]): Claims {
  const claimed = new Map<string, Set<string>>();
  const denied = new Set<string>();
  for (const { kind, by, commit } of decisions) {
    if (commit === null) continue;
    if (kind === 'denied') {
      claimed.delete(commit);
      denied.add(commit);
    } else if (kind === 'proposed' || kind === 'confirmed') {
      const people = claimed.get(commit) ?? new Set();
      claimed.set(commit, people.add(by));
      denied.delete(commit);
    }
  }
  return { claimed, denied };
}

/** What is told to whoever looks for a commit in another form. */
export function askedWith(claims: Claims | undefined) {
  return {
    excluded: [...(claims?.denied ?? [])],
    claimed: new Map([...(claims?.claimed ?? [])].map(([commit, people]) => [commit, people.size] as const)),
  };
}

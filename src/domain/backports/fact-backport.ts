import type { Backport, BackportState, FactProof } from './backport.ts';

/** What both environments have of a fact now, for one that the mirror should have as the reference has it. */
export type FactNow =
  /** It could not be looked at: nothing follows. */
  | { readonly is: 'unknown' }
  /** The difference is meant. */
  | { readonly is: 'meant'; readonly why: string }
  /** Both have what the mirror had when it was opened. */
  | { readonly is: 'back' }
  | { readonly is: 'equal'; readonly proof: FactProof }
  /** `lost`: the mirror had it and has gone away from it, while the reference has it still. */
  | { readonly is: 'different'; readonly lost: boolean };

export interface SettledFacts {
  readonly state: BackportState;
  readonly note: string | null;
  /** Of each fact, in their order. */
  readonly proofs: readonly (FactProof | null)[];
}

type Judged = Pick<Backport, 'state' | 'note' | 'reference' | 'mirror' | 'waived' | 'liveAt'> & {
  readonly proofs: readonly (FactProof | null)[];
};

/** For so long a mirror that goes away from it again has it opened again. */
export const keptFor = 30 * 86_400_000;

/** What becomes of a backport of facts. Only a proof for each leads to `live`. */
export function settleFacts(backport: Judged, facts: readonly FactNow[], at: Date): SettledFacts {
  const { state, note, reference, mirror, waived, liveAt, proofs: before } = backport;
  const asItWas = { state, note, proofs: before };
  if (state === 'lapsed') return asItWas;
  if (state === 'live') {
    const isOver = liveAt === null || at.getTime() - liveAt.getTime() > keptFor;
    const isLost = (fact: FactNow | undefined) => fact?.is === 'different' && fact.lost;
    if (isOver || !facts.some(isLost)) return asItWas;
    const proofs = before.map((proof, index) => (isLost(facts[index]) ? null : proof));
    return { state: 'open', note: `${mirror} had it and has it otherwise again`, proofs };
  }
  const proofs = facts.map((fact, index) => {
    if (fact.is === 'equal') return before[index] ?? fact.proof;
    return fact.is === 'unknown' ? (before[index] ?? null) : null;
  });
  const left = facts.some(({ is }, index) => proofs[index] === null && (is === 'different' || is === 'unknown'));
  if (!left && facts.length > 0) {
    if (proofs.some((proof) => proof !== null)) return { state: 'live', note: null, proofs };
    const meant = facts.find((fact) => fact.is === 'meant');
    const isBack = facts.some(({ is }) => is === 'back');
    const why = isBack ? `${reference} has again what it had before` : (meant?.why ?? 'the difference is meant');
    return { state: 'lapsed', note: why.slice(0, 1000), proofs };
  }
  if (state === 'waived' && waived !== null && waived.until <= at) {
    return { state: 'open', note: `the waiver of ${waived.by} has ended: ${waived.reason}`.slice(0, 1000), proofs };
  }
  return { state, note, proofs };
}

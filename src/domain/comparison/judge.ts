import type { Kind } from '../change.ts';
import type { Agreement } from './agreement.ts';
import type { Cause, IntendedRule, Pair, ParityVerdict, Side } from './difference.ts';
import { holds, mustText } from './must.ts';

/** All that is known of one fact in two environments. */
export interface Evidence {
  readonly pair: Pair;
  readonly reference: Side | null;
  readonly mirror: Side | null;
  readonly equal: boolean;
  /** Why the two cannot be compared. Null: they can. */
  readonly doubt: string | null;
  /** That match and have not expired, in their order. */
  readonly rules: readonly IntendedRule[];
  readonly agreement: Agreement;
  /** What changed each side to what it is now, if something is known to have. */
  readonly causes: { readonly reference: Cause | null; readonly mirror: Cause | null };
  /** Where they never agreed: the change on this side says that it had before what the other still has. */
  readonly parted: 'reference' | 'mirror' | null;
  /** What a person said explains it, as it is now. */
  readonly said: Cause | null;
  /** A deploy that is under way and may not have got to the other servers yet, in words. */
  readonly underWay: string | null;
}

export interface Judged {
  readonly verdict: ParityVerdict;
  readonly since: Date | null;
  readonly cause: Cause | null;
  readonly rule: IntendedRule | null;
  readonly why: string;
}

/** What people mean to bring to the other environment. Anything else explains a difference and promises nothing. */
const promoted: ReadonlySet<Kind> = new Set(['deploy', 'merge', 'config', 'flag', 'migration'] as const);

/**
 * What to make of a fact that differs, or is equal where a rule says something of that. Null: equal, and nothing is wrong.
 * When in doubt it is unexplained, never explained.
 */
export function judge(evidence: Evidence): Judged | null {
  const { doubt, equal, agreement } = evidence;
  if (equal) return doubt === null ? forbidden(evidence) : null;
  const { since } = agreement;
  const nothing = { since, cause: null, rule: null };
  if (doubt !== null) return { ...nothing, verdict: 'unknown', why: doubt };
  const meant = meantBy(evidence);
  if (meant !== undefined) return { ...nothing, verdict: 'intended', rule: meant, why: meantWords(meant) };
  const broken = evidence.rules[0] ?? null;
  const judged = byCauses(evidence);
  if (broken === null) return { ...nothing, ...judged };
  return { ...nothing, ...judged, rule: broken, why: `${judged.why} ${brokenWords(broken)}` };
}

function forbidden({ rules, reference, mirror, pair }: Evidence): Judged | null {
  const rule = rules.find(({ must }) => must?.is === 'differ');
  if (rule === undefined || reference === null || mirror === null) return null;
  const since = reference.since > mirror.since ? reference.since : mirror.since;
  // Two people said, for a while, that this one may.
  const excused = rules.find(({ id, must }) => id.startsWith('accepted:') && must === null);
  if (excused !== undefined) {
    return { verdict: 'intended', since, cause: null, rule: excused, why: meantWords(excused) };
  }
  return {
    verdict: 'forbidden-equality',
    since,
    cause: null,
    rule,
    why: `${pair.mirror} has what ${pair.reference} has, and it must differ: ${rule.reason}`,
  };
}

/** The first rule that allows it as it is. */
export function meantBy(evidence: Pick<Evidence, 'rules' | 'reference' | 'mirror'>): IntendedRule | undefined {
  return evidence.rules.find((rule) => allows(rule, evidence));
}

function allows({ must }: IntendedRule, { reference, mirror }: Pick<Evidence, 'reference' | 'mirror'>): boolean {
  if (must === null) return true;
  // Two secrets are known to differ and nothing else; a value that is not there does not differ as it must.
  if (must.is === 'differ') return reference !== null && mirror !== null;
  return holds(must, reference?.value ?? null, mirror?.value ?? null);
}

type Found = Pick<Judged, 'verdict' | 'cause' | 'why'>;

function byCauses(evidence: Evidence): Found {
  const { agreement, causes, said, pair } = evidence;
  if (said !== null) return { verdict: 'explained', cause: said, why: said.why };
  const never = agreement.until === null;
  const found = never ? partedBy(evidence) : explained(evidence);
  if (found !== null) return found;
  if (evidence.underWay !== null) return { verdict: 'unknown', cause: null, why: evidence.underWay };
  if (never) {
    return {
      verdict: 'unexplained',
      cause: null,
      why: 'They were never seen to be equal, and no change says how they came to differ.',
    };
  }
  const unexplained = (['mirror', 'reference'] as const).filter(
    (side) => agreement[side] !== null && causes[side] === null,
  );
  const places = unexplained.map((side) => pair[side]).join(' and ');
  return { verdict: 'unexplained', cause: null, why: `It changed in ${places}, and no recorded change explains that.` };
}

/** One side moved, or both did, and each move has its cause. */
function explained({ agreement, causes, pair }: Evidence): Found | null {
  const moved = { reference: agreement.reference !== null, mirror: agreement.mirror !== null };
  if (moved.mirror && moved.reference) {
    if (causes.mirror === null || causes.reference === null) return null;
    const cause = causes.mirror.at > causes.reference.at ? causes.mirror : causes.reference;
    return { verdict: 'explained', cause, why: `It changed in both, and each change is known. ${cause.why}` };
  }
  return moved.mirror ? oneSided('mirror', causes.mirror, pair) : oneSided('reference', causes.reference, pair);
}

/** They never were seen alike: nothing less than the very values explains that they differ. */
function partedBy({ causes, parted, pair, reference, mirror }: Evidence): Found | null {
  const certain = (cause: Cause | null) => (cause?.confidence === 'certain' ? cause : null);
  if (parted !== null) {
    const found = oneSided(parted, certain(causes[parted]), pair);
    if (found !== null) return found;
  }
  const [one, other] = [certain(causes.reference), certain(causes.mirror)];
  if (one === null || other === null || reference === null || mirror === null) return null;
  const cause = other.at > one.at ? other : one;
  return { verdict: 'explained', cause, why: `Both were set by a change that says the value. ${cause.why}` };
}

function oneSided(side: 'reference' | 'mirror', cause: Cause | null, pair: Pair): Found | null {
  if (cause === null) return null;
  if (!promoted.has(cause.kind)) return { verdict: 'explained', cause, why: cause.why };
  return side === 'mirror'
    ? { verdict: 'pending-promotion', cause, why: `${pair.mirror} is ahead. ${cause.why}` }
    : { verdict: 'reference-only', cause, why: `${pair.reference} has it and ${pair.mirror} has not. ${cause.why}` };
}

function meantWords({ reason, must, expires }: IntendedRule): string {
  const how = must === null ? '' : ` (${mustText(must)})`;
  return `Meant${how}: ${reason}${expires === null ? '' : `, until ${expires}`}`;
}

function brokenWords({ must, reason }: IntendedRule): string {
  return `It breaks the rule ${must === null ? '' : `"${mustText(must)}" `}(${reason}).`;
}

import type { KeptDecision } from './decision.ts';
import type { BackportPick, BackportPull } from './pull.ts';
import { type Backport, type FactProof, lastProof, weakest } from './backport.ts';
import { type PullOpening, byHandOf } from '../by-hand.ts';
import { incidentReference } from '../incidents/incident.ts';
import { askedOf } from './judge-decision.ts';

/** The names of the public contract. */
export function backportJson(backport: Backport) {
  const { commits, incidentId, waived, note, proposed, snoozed } = backport;
  return {
    id: backport.id,
    state: backport.state,
    service: backport.service,
    title: backport.title,
    opened_at: backport.openedAt,
    owner: backport.owner,
    commits: commits.filter(({ isMerge }) => !isMerge || commits.length === 1).map(({ commit }) => commit),
    evidence: evidenceJson(backport),
    ...factsJson(backport),
    repository: backport.repository,
    pull_request: backport.pullRequest,
    url: backport.url,
    reference: backport.reference,
    mirror: backport.mirror,
    rule: backport.rule,
    why: backport.why,
    ...(note === null ? {} : { note }),
    incident: incidentId === null ? null : incidentReference({ id: incidentId }),
    change: backport.changeId,
    imported: backport.imported,
    landed_at: backport.landedAt,
    live_at: backport.liveAt,
    ...(proposed === null ? {} : { proposed }),
    ...(snoozed === null ? {} : { snoozed: { until: snoozed.until ?? 'release', by: snoozed.by } }),
    // Pending: it holds once a second person says so too.
    ...(waived === null ? {} : { waived: { ...waived, pending: backport.state !== 'waived' } }),
  };
}

/** One backport with all that people said of it, oldest first. */
export function wholeBackportJson(backport: Backport, decisions: readonly KeptDecision[]) {
  return { ...backportJson(backport), asked: askedOf(backport), decisions: decisions.map(decisionJson) };
}

function decisionJson({ kind, by, at, reason, until, commit, cause, to }: KeptDecision) {
  return {
    decision: kind,
    by,
    at,
    ...(commit === null ? {} : { commit }),
    ...(reason === null ? {} : { reason }),
    ...(kind === 'snoozed' ? { until: until ?? 'release' } : until === null ? {} : { until }),
    ...(cause === null ? {} : { cause }),
    ...(to === null ? {} : { to }),
  };
}

/** What is done to bring one home. Null: nobody asked for a pull request, or a pick was not tried. `by_hand`: where we do not. */
export function homeJson(
  backport: Backport,
  {
    pull = null,
    pick = null,
  }: { readonly pull?: BackportPull | null | undefined; readonly pick?: BackportPick | null | undefined },
  opening: PullOpening,
) {
  const hand = byHandOf(backport, { pull, pick }, opening);
  return { pull: pull === null ? null : pullJson(pull), pick, ...(hand === null ? {} : { by_hand: hand.commands }) };
}

/** Nobody needs to read there who may merge. */
function pullJson(pull: BackportPull) {
  const { number, url, branch, base, state, author, reviewers, approvers, problem } = pull;
  return {
    number,
    url,
    branch,
    base,
    state,
    author,
    reviewers,
    approvers,
    problem,
    opened_by_us: pull.openedByUs,
    updated_at: pull.updatedAt,
  };
}

/** More are counted and not listed. */
const mostFacts = 100;

function factsJson({ fact }: Backport) {
  if (fact === null) return {};
  return {
    facts: fact.all.slice(0, mostFacts).map(({ service, facet, key, proof }) => ({
      service,
      facet,
      key,
      evidence: proof === null ? null : proofJson(proof),
    })),
    fact_count: fact.all.length,
  };
}

function proofJson({ at, collector, snapshotId, changeId }: FactProof) {
  const isSeen = snapshotId !== null || changeId === null;
  return {
    method: isSeen ? 'snapshot' : 'change',
    by: isSeen ? collector : changeId,
    containment: null,
    at,
    missing_files: [],
    ...(snapshotId === null ? {} : { snapshot: snapshotId }),
  };
}

/** Null: nothing speaks for any commit of the mirror, or not all facts are proved. */
function evidenceJson(backport: Backport) {
  const { state, commits } = backport;
  const proof = lastProof(backport);
  if (proof !== null) return proofJson(proof);
  const told = weakest(commits);
  if (told === null) return null;
  const { evidence, judgedAt } = told;
  const missing = new Set(commits.flatMap((each) => each.evidence.missingFiles));
  return {
    method: evidence.method,
    by: evidence.by,
    containment: evidence.containment,
    at: judgedAt,
    missing_files: [...missing],
    ...(evidence.revertedBy === null || state === 'landed' ? {} : { reverted_by: evidence.revertedBy }),
  };
}

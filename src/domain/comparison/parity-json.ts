import type { Cause, CollectorState, Difference, IntendedRule, ParityReport, Side } from './difference.ts';
import { mustText } from './must.ts';

/** A comparison as programs read it: the names of the public contract, times in ISO 8601 UTC. */
export function parityJson(report: ParityReport) {
  return {
    reference: report.pair.reference,
    mirror: report.pair.mirror,
    service: report.service,
    at: report.at.toISOString(),
    score: report.score.score,
    coverage: report.score.coverage,
    moved: report.score.moved,
    facts: report.facts,
    equal: report.equal,
    counts: report.counts,
    differences: report.differences.map(differenceJson),
    collectors: report.collectors.map(collectorJson),
    rules: report.rules.map(({ rule, matched, expired }) => ({ ...ruleJson(rule), matched, expired })),
    restricted: report.restricted ?? 0,
    data_refreshed_at: report.dataRefreshedAt?.toISOString() ?? null,
  };
}

export function differenceJson(difference: Difference) {
  const { id, service, facet, key, verdict, since, group, why } = difference;
  return {
    id,
    service,
    facet,
    key,
    verdict,
    reference: sideJson(difference.reference),
    mirror: sideJson(difference.mirror),
    since: since?.toISOString() ?? null,
    cause: causeJson(difference.cause),
    rule: difference.rule?.id ?? null,
    why,
    group,
  };
}

function sideJson(side: Side | null) {
  if (side === null) return null;
  return {
    value: side.value,
    secret: side.secret,
    since: side.since.toISOString(),
    after: side.after?.toISOString() ?? null,
    collector: side.collector,
  };
}

function causeJson(cause: Cause | null) {
  if (cause === null) return null;
  const { changeId: change, kind, title, at, url, confidence, why } = cause;
  return { change, kind, title, at: at.toISOString(), url, confidence, why };
}

export function ruleJson({ id, service, facet, key, must, reason, impact, owner, expires, pair }: IntendedRule) {
  return { id, service, facet, key, must: must === null ? null : mustText(must), reason, impact, owner, expires, pair };
}

function collectorJson({ environment, collector, takenAt, complete, notSeen, stale, facts }: CollectorState) {
  return { environment, collector, taken_at: takenAt.toISOString(), complete, not_seen: notSeen, stale, facts };
}

import type { Answer, Suspect } from './answer.ts';
import type { Change } from './change.ts';
import type { FoldedSignal } from './signal.ts';

/** The answer as programs read it: the names of the public contract, times in ISO 8601 UTC. */
export function answerJson(answer: Answer) {
  return {
    window: {
      from: answer.window.from.toISOString(),
      to: answer.window.to.toISOString(),
      understood: answer.window.understood,
      notes: answer.window.notes,
    },
    changes: answer.changes.map(changeJson),
    suspects: answer.suspects.map(suspectJson),
    coverage: answer.coverage.map(({ source, title, state, newest, usualGap, failed }) => ({
      source,
      title,
      state,
      newest: newest?.toISOString() ?? null,
      usual_gap_seconds: usualGap === null ? null : Math.round(usualGap / 1000),
      failed,
    })),
    incidents: answer.alerts.map(alertJson),
    total: answer.total,
    total_is_floor: answer.totalIsFloor,
    by_service: answer.byService,
    elsewhere: answer.elsewhere,
    waiting: answer.waiting,
    unplaced: answer.unplaced,
    restricted: answer.restricted,
    next: answer.next,
  };
}

export function suspectJson({ change, score, likelihood, reasons }: Suspect) {
  return { change: changeJson(change), score, likelihood, reasons };
}

function alertJson(alert: FoldedSignal) {
  return {
    source: alert.source,
    subject: alert.subject,
    reference: alert.reference,
    title: alert.title,
    state: alert.state,
    severity: alert.severity,
    environment: alert.environment,
    services: alert.services,
    started_at: alert.startedAt.toISOString(),
    resolved_at: alert.resolvedAt?.toISOString() ?? null,
    url: alert.url,
    labels: alert.labels,
  };
}

export function changeJson(change: Change) {
  const { carried } = change;
  return {
    id: change.id,
    kind: change.kind,
    environment: change.environment,
    service: change.service,
    services: change.services,
    title: change.title,
    occurred_at: change.occurredAt.toISOString(),
    finished_at: change.finishedAt?.toISOString() ?? null,
    recorded_at: change.recordedAt.toISOString(),
    clock: change.clock,
    status: change.status,
    from: change.from,
    to: change.to,
    commit: change.commit,
    previous_commit: change.previousCommit,
    branch: change.branch,
    repository: change.repository,
    actor: change.actor,
    url: change.url,
    diff_url: change.diffUrl,
    run_url: change.runUrl,
    reason: change.reason,
    files: change.files,
    commits: change.commits,
    pull_request: change.pullRequest,
    reviews: change.reviews,
    carried,
    before: change.before,
    after: change.after,
    details: change.details,
    identities: change.identities,
    risks: change.risks,
    source: change.sources[0] ?? null,
    sources: change.sources,
    repeated:
      change.repeated === null ? null : { count: change.repeated.count, since: change.repeated.since.toISOString() },
    evidence: carried === null ? null : { method: carried.by, commits: carried.total, direction: carried.direction },
  };
}

import { changeJson } from '../domain/answer-json.ts';
import { csvLine } from '../domain/csv.ts';
import { reasonWords } from '../domain/reason.ts';
import type { KeptDecision } from './decisions.ts';
import { type ExportedChange, actorName } from './exported-change.ts';

/** Of one cell: spreadsheets take no more than 32,767. */
const longestCell = 32_000;

/** In the order of docs/export.md. */
export const changeColumns = [
  'change',
  'took_effect_at',
  'began_at',
  'recorded_at',
  'kind',
  'status',
  'environment',
  'services',
  'what',
  'from',
  'to',
  'repository',
  'commit',
  'branch',
  'who',
  'who_email',
  'approved',
  'approvals',
  'reason',
  'pull_requests',
  'incidents',
  'decisions',
  'risks',
  'url',
  'diff_url',
  'run_url',
  'sources',
  'told_times',
  'events',
  'deliveries',
  'seals',
] as const;

/** One object for each change: as `GET /api/changes` tells it, with what only the record knows. */
export function exportedJson({ change, approvals, decisions, events }: ExportedChange) {
  return {
    ...changeJson(change),
    approvals: approvals.map(({ pullRequest, by, at, independent }) => ({
      pull_request: pullRequest,
      by,
      at,
      independent,
    })),
    decisions: decisions.map(decisionJson),
    events: events.map(({ key, source, occurredAt, deliveryId, seal }) => ({
      key,
      source,
      occurred_at: occurredAt,
      delivery: deliveryId,
      seal,
    })),
  };
}

export function decisionJson({ id, at, kind, actor, about, reason, details }: KeptDecision) {
  return { id, at: at.toISOString(), kind, actor, about, reason, details };
}

export const changesHeader = csvLine(changeColumns);

export function changeLine({ change, approvals, decisions, events }: ExportedChange): string {
  const at = change.finishedAt ?? change.occurredAt;
  const pullRequests = [
    ...(change.pullRequest === null ? [] : [change.pullRequest]),
    ...(change.carried?.pullRequests ?? []),
  ];
  const incidents = decisions.flatMap(({ details }) =>
    typeof details['incident'] === 'number' ? [`INC-${details['incident']}`] : [],
  );
  return line([
    change.id,
    at.toISOString(),
    change.occurredAt.toISOString(),
    change.recordedAt.toISOString(),
    change.kind,
    change.status ?? '',
    change.environment ?? '',
    change.services.join('; '),
    change.title,
    change.from ?? '',
    change.to ?? '',
    change.repository ?? '',
    change.commit ?? '',
    change.branch ?? '',
    actorName(change.actor),
    change.actor?.email ?? '',
    approvals.some(({ independent }) => independent) ? 'yes' : 'no',
    approvals
      .map(
        ({ pullRequest, by, at, independent }) =>
          `${pullRequest === null ? '' : `${pullRequest} `}by ${by} at ${at}${independent ? '' : ' (made it too)'}`,
      )
      .join('; '),
    change.reason ?? '',
    pullRequests
      .map(({ repository, number, title }) => `${repository}#${number}${title === undefined ? '' : ` ${title}`}`)
      .join('; '),
    [...new Set(incidents)].join('; '),
    decisions.map(decisionWords).join('; '),
    change.risks.map(({ text }) => text).join('; '),
    change.url ?? '',
    change.diffUrl ?? '',
    change.runUrl ?? '',
    change.sources.join('; '),
    String(change.repeated?.count ?? 1),
    events.map(({ key }) => key).join('; '),
    [...new Set(events.flatMap(({ deliveryId }) => deliveryId ?? []))].join('; '),
    [...new Set(events.flatMap(({ seal }) => seal ?? []))].join('; '),
  ]);
}

function decisionWords({ kind, actor, at, reason, details }: KeptDecision): string {
  const verdict = typeof details['verdict'] === 'string' ? ` ${details['verdict']}` : '';
  const why = reasonWords(kind, reason);
  return `${kind}${verdict} by ${actor} at ${at.toISOString()}${why === '' ? '' : `: ${why}`}`;
}

export const decisionsHeader = csvLine(['decision', 'at', 'kind', 'who', 'about', 'reason', 'details']);

export function decisionLine({ id, at, kind, actor, about, reason, details }: KeptDecision): string {
  return line([id, at.toISOString(), kind, actor, about, reasonWords(kind, reason), JSON.stringify(details)]);
}

function line(cells: readonly string[]): string {
  return csvLine(cells.map((cell) => (cell.length > longestCell ? `${cell.slice(0, longestCell)} …` : cell)));
}

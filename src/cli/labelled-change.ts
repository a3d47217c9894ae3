import { z } from 'zod';
import type { Catalog } from '../domain/catalog.ts';
import { type Change, kinds, statuses } from '../domain/change.ts';
import { foldChange } from '../domain/fold.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { problemsOf, readGenericChange } from '../sources/generic-change.ts';

export type ReadLabelledChange =
  | { readonly outcome: 'read'; readonly change: Change }
  | { readonly outcome: 'rejected'; readonly error: string };

const text = z.string().max(3000);
const time = z.string().transform((value, context) => {
  const parsed = parseTimestamp(value);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'is not a time in ISO 8601 with a zone' });
  return z.NEVER;
});
const list = <T extends z.ZodType>(item: T) => z.array(item).max(1000).default([]);
const nullable = <T extends z.ZodType>(type: T) => type.nullable().default(null);
const record = z.record(z.string(), z.unknown());

const Actor = z.object({
  name: text.exactOptional(),
  login: text.exactOptional(),
  email: text.exactOptional(),
});
const Commit = z.object({
  sha: text,
  title: text,
  author: Actor.exactOptional(),
  url: text.exactOptional(),
});
const Risk = z.object({ name: z.custom<Change['risks'][number]['name']>(isText), text });
const pullRequest = {
  repository: text,
  number: z.int(),
  title: text.exactOptional(),
  author: Actor.exactOptional(),
  mergedBy: Actor.exactOptional(),
  url: text.exactOptional(),
};

/** A change as `GET /api/changes` gives it. What it does not say is as if nothing had been known. */
const AnsweredChange = z.object({
  id: z.string().min(1).max(200),
  kind: z.enum(kinds),
  title: text.min(1),
  environment: nullable(text),
  service: nullable(text),
  services: list(text),
  occurred_at: time,
  finished_at: nullable(time),
  recorded_at: time,
  clock: z.enum(['source', 'received']).default('source'),
  status: nullable(z.enum(statuses)),
  from: nullable(text),
  to: nullable(text),
  commit: nullable(text),
  previous_commit: nullable(text),
  branch: nullable(text),
  repository: nullable(text),
  actor: nullable(Actor),
  url: nullable(text),
  diff_url: nullable(text),
  run_url: nullable(text),
  reason: nullable(text),
  files: list(text),
  commits: list(Commit),
  pull_request: nullable(z.object(pullRequest)),
  reviews: list(
    z.object({ by: Actor, verdict: z.enum(['approved', 'changes-requested', 'commented', 'dismissed']), at: text }),
  ),
  carried: nullable(
    z.object({
      by: z.enum(['git', 'api', 'pushes']),
      commits: list(Commit),
      pullRequests: list(z.object({ ...pullRequest, risks: z.array(Risk).max(100).exactOptional() })),
      total: z.int(),
      direction: z.enum(['forward', 'backward']),
      lost: z.int().default(0),
    }),
  ),
  before: nullable(record),
  after: nullable(record),
  details: record.default({}),
  identities: list(z.object({ type: text, value: text })),
  risks: list(Risk),
  sources: list(text),
  repeated: nullable(z.object({ count: z.int(), since: time })),
});

const Id = z.looseObject({ id: z.string().min(1).max(200), recorded_at: z.unknown().optional() });

/**
 * Reads a change in either shape that the API has: as it is answered (which says when it was recorded), or as it is
 * sent. The latter becomes a change on the way that every sent change takes, so that what counts is what the API keeps.
 */
export function readLabelledChange(value: unknown, catalog: Catalog): ReadLabelledChange {
  const told = Id.safeParse(value);
  if (!told.success) return { outcome: 'rejected', error: problemsOf(told.error) };
  const { id, recorded_at: recordedAt, ...sent } = told.data;
  return recordedAt === undefined ? sentChange(id, sent, catalog) : answeredChange(value);
}

function answeredChange(value: unknown): ReadLabelledChange {
  const parsed = AnsweredChange.safeParse(value);
  if (!parsed.success) return { outcome: 'rejected', error: problemsOf(parsed.error) };
  const {
    occurred_at: occurredAt,
    finished_at: finishedAt,
    recorded_at: recordedAt,
    previous_commit: previousCommit,
    diff_url: diffUrl,
    run_url: runUrl,
    pull_request: readPullRequest,
    ...same
  } = parsed.data;
  return {
    outcome: 'read',
    change: {
      ...same,
      occurredAt,
      finishedAt,
      recordedAt,
      previousCommit,
      diffUrl,
      runUrl,
      pullRequest: readPullRequest,
    },
  };
}

function sentChange(id: string, sent: Readonly<Record<string, unknown>>, catalog: Catalog): ReadLabelledChange {
  const read = readGenericChange(sent, { source: 'api', sender: 'file', receivedAt: new Date(0) });
  if (read.outcome === 'rejected') return read;
  if (read.event.statement.clock === 'received') return { outcome: 'rejected', error: 'occurred_at is missing' };
  const { at, ...folded } = foldChange([read.event], catalog, null);
  return { outcome: 'read', change: { id, recordedAt: at ?? folded.occurredAt, ...folded, repeated: null } };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 100;
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { kinds, statuses } from '../domain/change.ts';
import type { Phase, Statement, TimelineEvent } from '../domain/event.ts';
import type { Identity } from '../domain/identity.ts';
import { outsideJson, outsideText } from '../domain/outside-text.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { inOurShape } from './change-shapes.ts';
import { defined } from './reading/defined.ts';
import { actorOf } from './reading/fields.ts';
import type { SourceDefinition } from './reading/source.ts';

const text = (limit: number) =>
  z
    .string()
    .max(100_000)
    .transform((value) => outsideText(value, limit));

const time = z.union([z.string(), z.number()]).transform((value, context) => {
  const parsed = parseTimestamp(value);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'is not a time; send ISO 8601 with a zone, or epoch seconds' });
  return z.NEVER;
});

const record = z.record(z.string(), z.unknown()).transform((value) => outsideJson(value));

const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);

/** A change as anyone may report it. Only `kind` and `title` are required; unknown fields are kept under `details`. */
const GenericChange = z.looseObject({
  kind: z.enum(kinds),
  title: z
    .string()
    .transform((value) => outsideText(value, 500) ?? '')
    .refine((value) => value !== '', 'is empty'),
  environment: optional(text(200)),
  service: optional(text(200)),
  occurred_at: optional(time),
  finished_at: optional(time),
  status: optional(z.enum(statuses)),
  from: optional(text(200)),
  to: optional(text(200)),
  actor: optional(
    z.union([
      text(200).transform((name) => ({ name, email: undefined, login: undefined })),
      z.object({ name: optional(text(200)), email: optional(text(320)), login: optional(text(200)) }),
    ]),
  ),
  url: optional(text(3000)),
  diff_url: optional(text(3000)),
  reason: optional(text(2000)),
  repository: optional(
    z
      .string()
      .regex(/^[\w.~-]+(?:\/[\w.~-]+)+$/, 'is not <owner>/<name>')
      .max(150)
      .toLowerCase(),
  ),
  commit: optional(
    z
      .string()
      .regex(/^[0-9a-f]{40}$/i, 'is not a commit of 40 hex digits')
      .toLowerCase(),
  ),
  identities: optional(
    z.array(z.object({ type: z.string().min(1).max(50), value: z.string().min(1).max(300) })).max(100),
  ),
  before: optional(record),
  after: optional(record),
  details: optional(record),
  key: optional(
    z
      .string()
      .min(1)
      .max(200)
      .refine((key) => outsideText(key, 200) === key, 'has characters that cannot be kept'),
  ),
});
type GenericChange = z.output<typeof GenericChange>;

type ReadChange =
  | { readonly outcome: 'event'; readonly event: TimelineEvent }
  | { readonly outcome: 'rejected'; readonly error: string };

interface ChangeContext {
  /** The door that it came through. */
  readonly source: string;
  /** Keeps the keys of different senders apart. */
  readonly sender: string;
  readonly receivedAt: Date;
}

/**
 * Reads one change in our own shape. Without `key` it is one of its kind each time it is sent, unless all that it says,
 * its time included, has been said before.
 */
export function readGenericChange(value: unknown, context: ChangeContext): ReadChange {
  const parsed = GenericChange.safeParse(value);
  if (!parsed.success) return { outcome: 'rejected', error: problemsOf(parsed.error) };
  const change = parsed.data;
  if (change.occurred_at !== undefined && change.finished_at !== undefined && change.finished_at < change.occurred_at) {
    return { outcome: 'rejected', error: 'finished_at is before occurred_at' };
  }
  return { outcome: 'event', event: eventOf(change, context) };
}

/** Carries, with a stored request, who sent it. */
export const senderHeader = 'x-sincewhen-sender';

/** One change, or a list of them. */
function changesIn(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : [body];
}

/**
 * `POST /api/changes`, which a token opens and no secret: what the changes were that it had right. Besides our own shape
 * it takes those that other products have for the same.
 */
export const api: SourceDefinition = {
  name: 'api',
  title: 'API',
  authentication: [],
  headers: [senderHeader],
  deliveryKey: () => null,
  parse: ({ headers, body, receivedAt }) => {
    const context = { source: api.name, sender: headers[senderHeader] ?? '', receivedAt };
    const read = changesIn(body).map((value) => {
      const ours = inOurShape(value);
      return ours.outcome === 'ours' ? readGenericChange(ours.value, context) : ours;
    });
    return {
      outcome: 'events',
      events: read.flatMap((each) => (each.outcome === 'event' ? [each.event] : [])),
      rejected: read.flatMap((each, index) => (each.outcome === 'rejected' ? [{ index, error: each.error }] : [])),
    };
  },
};

const known = new Set(Object.keys(GenericChange.shape));

function eventOf(change: GenericChange, context: ChangeContext): TimelineEvent {
  const extra = Object.entries(change).filter(([name]) => !known.has(name));
  const details = outsideJson({ ...change.details, ...Object.fromEntries(extra) });
  const told = change.finished_at ?? change.occurred_at;
  const content = JSON.stringify([change, told === undefined ? null : told.toISOString()]);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 32);
  const object = change.key ?? (told === undefined ? `${hash}@${context.receivedAt.getTime()}` : hash);
  const statement: Statement = {
    key: `${context.source}:${context.sender}:${object}:${hash}`,
    source: context.source,
    occurredAt: (told ?? context.receivedAt).toISOString(),
    clock: told === undefined ? 'received' : 'source',
    phase: phaseOf(change),
    kind: change.kind,
    title: change.title,
    ...defined({
      environmentName: change.environment,
      serviceName: change.service,
      repository: change.repository,
      from: change.from,
      to: change.to,
      commit: change.commit,
      url: change.url,
      diffUrl: change.diff_url,
      reason: change.reason,
      before: change.before,
      after: change.after,
      startedAt: change.occurred_at?.toISOString(),
      actor: actorOf(change.actor ?? {}),
    }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
  return {
    statement,
    identities: [{ type: context.source, value: `${context.sender}/${object}` }],
    mentions: [...commitOf(change), ...(change.identities ?? []).map(identityOf)],
  };
}

/** So that a question about the commit finds it, and a merge of it counts as deployed. */
function commitOf({ repository, commit }: GenericChange): readonly Identity[] {
  return repository === undefined || commit === undefined ? [] : [{ type: 'commit', value: `${repository}@${commit}` }];
}

function identityOf({ type, value }: { readonly type: string; readonly value: string }): Identity {
  return { type: outsideText(type, 50) ?? 'unknown', value: outsideText(value, 300) ?? '' };
}

function phaseOf(change: GenericChange): Phase {
  if (change.status !== undefined) return change.status;
  return change.finished_at === undefined ? 'happened' : 'succeeded';
}

/** One line for the sender: which field, and what is wrong with it. */
export function problemsOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`))
    .join('; ');
}

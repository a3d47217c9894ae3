import { z } from 'zod';
import { facets } from '../domain/facts/fact.ts';
import type { DriftReport } from '../domain/comparison/drift-report.ts';
import type { Statement } from '../domain/event.ts';
import { outsideJson, outsideText } from '../domain/outside-text.ts';
import { defined } from './reading/defined.ts';
import { reader, told } from './reading/reader.ts';
import type { SourceDefinition } from './reading/source.ts';

const Instant = z.iso.datetime();
const Text = z.string().max(2100);

/** A report as `src/parity` makes it. */
const Report = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  state: z.enum(['open', 'cleared']),
  environment: z.string().max(200),
  service: z.string().max(200).nullable(),
  facet: z.enum(facets),
  collector: z.string().max(200),
  subject: z.string().max(500),
  after: Instant.nullable(),
  since: Instant,
  at: Instant,
  count: z.number().int().positive(),
  facts: z.array(z.object({ key: z.string().max(500), before: Text.nullable(), after: Text.nullable() })),
  seen: z.object({ changeId: z.string(), by: Text, title: Text }).nullable(),
  why: Text.nullable(),
});

/** What comparing snapshots finds out. Nothing outside sends it: it is kept like any delivery, so that it can be read again. */
export const snapshotDrift: SourceDefinition = {
  name: 'snapshots',
  title: 'Snapshots',
  authentication: [],
  headers: [],
  deliveryKey: ({ body }) => {
    const read = Report.safeParse(body);
    return read.success ? `${read.data.id}:${read.data.state}` : null;
  },
  parse: ({ body, receivedAt, catalog }) => readReport(body, { receivedAt, catalog }),
};

/** That it is there and that it is over are said of one change. */
const readReport = reader(Report, (report) => {
  const isOpen = report.state === 'open';
  const statement: Statement = {
    key: `snapshots:drift:${report.id}:${report.state}`,
    source: 'snapshots',
    occurredAt: isOpen ? report.since : report.at,
    clock: 'source',
    phase: isOpen ? 'started' : 'succeeded',
    kind: 'drift',
    environmentName: report.environment,
    details: defined({
      facet: report.facet,
      collector: report.collector,
      facts: report.count,
      window: isOpen ? windowWords(report) : undefined,
      seen: report.seen === null ? undefined : `${report.seen.title}, by ${report.seen.by}`,
      over: report.why ?? undefined,
    }),
    ...defined({
      serviceName: report.service ?? undefined,
      startedAt: isOpen ? undefined : report.since,
      actor: report.seen === null ? undefined : { login: report.seen.by },
    }),
    ...(isOpen ? saidWhenOpen(report) : {}),
  };
  return told({ statement, identities: [{ type: 'drift', value: `snapshots:${report.id}` }], mentions: [] });
});

function saidWhenOpen(report: DriftReport): Partial<Statement> {
  const side = (which: 'before' | 'after') =>
    outsideJson(Object.fromEntries(report.facts.map((fact) => [fact.key, fact[which]])));
  return {
    title: outsideText(`${subjectWords(report)}, ${windowWords(report)}`, 300) ?? 'drift',
    before: side('before'),
    after: side('after'),
  };
}

function subjectWords({ facet, subject, count, facts, service }: DriftReport): string {
  const [only] = facts;
  const of = service === null ? '' : ` of ${service}`;
  if (count === 1 && only !== undefined) return `${brief(only.key, 120)}${of} drifted: ${stepWords(only)}`;
  const where = subject === '' ? '' : ` in ${brief(subject, 100)}`;
  return `${count.toLocaleString('en')} ${facet} facts${of}${where} drifted: ${facts
    .slice(0, 3)
    .map(({ key }) => brief(key, 40))
    .join(', ')}${count > 3 ? ' and more' : ''}`;
}

function stepWords({ before, after }: DriftReport['facts'][number]): string {
  if (before === null) return `new, ${brief(after ?? '', 60)}`;
  if (after === null) return `gone, was ${brief(before, 60)}`;
  // Of secrets nothing is shown but that they are others.
  return before === after && before === '‹secret›' ? 'another secret' : `${brief(before, 60)} → ${brief(after, 60)}`;
}

function brief(text: string, limit: number): string {
  const line = outsideText(text, limit + 1) ?? '""';
  return line.length > limit ? `${line.slice(0, limit - 1).toWellFormed()}…` : line;
}

function windowWords({ after, since }: DriftReport): string {
  const to = minute(since);
  if (after === null) return `before ${to} UTC`;
  const day = since.slice(0, 10);
  return after.slice(0, 10) === day
    ? `between ${after.slice(11, 16)} and ${since.slice(11, 16)} UTC on ${day}`
    : `between ${minute(after)} and ${to} UTC`;
}

/** `2026-11-20 15:40` */
function minute(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}

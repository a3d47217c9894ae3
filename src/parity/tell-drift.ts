import { type Kysely, type Selectable, sql } from 'kysely';
import type { Drifts } from '../database/parity-schema.ts';
import type { Schema } from '../database/schema.ts';
import type { Change } from '../domain/change.ts';
import { personName } from '../domain/change-words.ts';
import { type DriftReport, mostDriftedFacts } from '../domain/comparison/drift-report.ts';
import { subjectOf } from '../domain/comparison/group-drifts.ts';
import { catalogWith } from '../timeline/aliases.ts';
import type { ParityContext } from './context.ts';
import { changesBetween } from './explaining-changes.ts';

type Row = Selectable<Drifts>;

const mostAtOnce = 200;

/**
 * Tells what was opened and what is over, from what is in the table: whoever ends between telling and writing down that
 * it was told tells it again, which changes nothing.
 */
export async function tellDrift(context: ParityContext, now: Date): Promise<void> {
  for (const { report, state } of await untold(context.db)) {
    const rows = await context.db.selectFrom('drifts').selectAll().where('report', '=', report).orderBy('id').execute();
    await context.tell(await reportOf(context, rows, { state, now }));
    await context.db.updateTable('drifts').set({ told: state }).where('report', '=', report).execute();
  }
}

/** What is over before it was told is not told any more. */
async function untold(db: Kysely<Schema>) {
  const { rows } = await sql<{ report: string; state: 'open' | 'cleared' }>`
    select report, case when bool_or(state = 'open') then 'open' else 'cleared' end as state
    from drifts where report is not null and told is distinct from 'cleared'
    group by report
    having case when bool_or(state = 'open') then bool_and(told is null) else bool_and(told = 'open') end
    order by report limit ${mostAtOnce}
  `.execute(db);
  return rows;
}

async function reportOf(
  context: ParityContext,
  rows: readonly Row[],
  { state, now }: { readonly state: 'open' | 'cleared'; readonly now: Date },
): Promise<DriftReport> {
  const [first] = rows;
  if (first === undefined) throw new Error('a report of drift without drifts');
  const ended = rows.flatMap(({ ended_at: at }) => at ?? []).toSorted((a, b) => b.getTime() - a.getTime())[0];
  return {
    id: first.report ?? first.id,
    state,
    environment: first.environment,
    service: first.service === '' ? null : first.service,
    facet: first.facet,
    collector: first.collector,
    subject: subjectOf(rows.map(({ key }) => key)),
    after: first.window_from.toISOString(),
    since: first.window_to.toISOString(),
    at: (state === 'open' ? now : (ended ?? now)).toISOString(),
    count: rows.length,
    facts: rows.slice(0, mostDriftedFacts).map(({ key, before, after, secret }) => ({
      key,
      before: shown(before, secret),
      after: shown(after, secret),
    })),
    seen: state === 'open' ? await whoWasSeen(context, first) : null,
    why: state === 'open' ? null : (rows.findLast(({ why }) => why !== null)?.why ?? null),
  };
}

function shown(value: string | null, secret: boolean): string | null {
  return secret && value !== null ? '‹secret›' : value;
}

const auditSources: ReadonlySet<string> = new Set(['kubernetes-audit', 'aws']);

/** Whom an audit log saw write to the same service in the window, if it saw one person only: no guesses. */
async function whoWasSeen(context: ParityContext, row: Row): Promise<DriftReport['seen']> {
  const catalog = await catalogWith(context.db, context.catalog);
  const window = { environment: row.environment, from: row.window_from, to: row.window_to };
  const changes = await changesBetween({ db: context.db, catalog }, window, 200);
  const writes = changes.filter((change) => isWriteOf(change, row));
  const people = new Set(writes.map(({ actor }) => personName(actor)));
  const [write] = writes;
  const by = personName(write?.actor);
  return write === undefined || by === null || people.size > 1 ? null : { changeId: write.id, by, title: write.title };
}

function isWriteOf({ sources, services, title }: Change, { service, key }: Row): boolean {
  if (!sources.some((source) => auditSources.has(source))) return false;
  if (service !== '' && services.includes(service)) return true;
  const object = key.includes(':') ? key.slice(0, key.indexOf(':')) : null;
  const name = object === null ? null : object.slice(object.lastIndexOf('/') + 1);
  return name !== null && name.length >= 3 && title.split(/\s+/).includes(name);
}

import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../src/database/schema.ts';
import type { Fact } from '../../src/domain/facts/fact.ts';
import { isDigest } from '../../src/domain/facts/fact.ts';
import { shownValue } from '../../src/domain/facts/shown-value.ts';
import { createIngest } from '../../src/ingest/ingest.ts';
import { sameOf } from '../../src/parity/same.ts';
import { api } from '../../src/sources/generic-change.ts';
import { openSource } from '../../src/sources/reading/open.ts';
import { emptyCatalog } from '../read-source.ts';
import { type Planted, type Side, type World, days, hour, minute, now, pair, sides } from './making.ts';

/** Snapshots are taken each hour, and never of both at once. */
const minutesPast: Readonly<Record<Side, number>> = { reference: 20, mirror: 10 };
const silentFor = 3 * 24;

function snapshots(side: Side): readonly Date[] {
  const latest = now.getTime() - minutesPast[side] * minute;
  return Array.from({ length: days * 24 }, (_, index) => new Date(latest - (days * 24 - 1 - index) * hour));
}

/** Into the tables that snapshots fill; changes as they come through the API. By key the id of each change. */
export async function writeWorld(db: Kysely<Schema>, world: World): Promise<ReadonlyMap<string, string>> {
  for (const side of sides) {
    const taken = snapshots(side);
    const rows = world.facts.flatMap((fact) => rowsOf(fact, side, taken));
    for (let at = 0; at < rows.length; at += 10_000) await insert(db, pair[side], rows.slice(at, at + 10_000));
    for (const collector of new Set(rows.map((row) => row.collector))) {
      const times = world.silent[side].includes(collector) ? taken.slice(0, -silentFor) : taken;
      await sql`
        insert into snapshots (environment, collector, collector_version, normaliser, taken_at, recorded_at, complete,
          not_seen, facts, changed, content)
        select ${pair[side]}, ${collector}, '1', 1, taken, taken, true, '{}', 1, 0, sha256(taken::text::bytea)
        from unnest(${times.map((time) => time.toISOString())}::timestamptz[]) as taken
      `.execute(db);
    }
  }
  await sql`analyze facts, snapshots`.execute(db);
  return writeChanges(db, world.changes);
}

function rowsOf(planted: Planted, side: Side, taken: readonly Date[]) {
  const { service, facet, key, collector, unseen } = planted;
  const seen = planted.steps[side].map((step, index) => {
    const at = index === 0 ? 0 : taken.findIndex((time) => time >= step.at);
    if (at < 0) throw new Error(`no snapshot is late enough for ${planted.story}`);
    return { value: step.value, from: taken[at], after: at === 0 ? undefined : taken[at - 1] };
  });
  return seen.flatMap(({ value, from, after }, index) => {
    if (value === undefined) return [];
    const fact: Fact = { service, facet, key, value };
    const isLast = index === seen.length - 1;
    return [
      {
        collector,
        service: service ?? '',
        facet,
        key,
        value: isDigest(value) ? null : shownValue(value),
        digest: isDigest(value) ? value.digest : null,
        same: sameOf(fact).toString('hex'),
        valid_from: from,
        after: after ?? null,
        valid_to: isLast ? null : seen[index + 1]?.from,
        unseen_since: isLast && unseen ? taken.at(-1) : null,
      },
    ];
  });
}

async function insert(db: Kysely<Schema>, environment: string, rows: readonly unknown[]): Promise<void> {
  await sql`
    insert into facts (environment, collector, service, facet, key, value, digest, same, valid_from, after, valid_to, unseen_since)
    select ${environment}, collector, service, facet, key, value, digest, decode(same, 'hex'), valid_from, after, valid_to,
      unseen_since
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (collector text, service text, facet text, key text,
      value text, digest text, same text, valid_from timestamptz, after timestamptz, valid_to timestamptz,
      unseen_since timestamptz)
  `.execute(db);
}

async function writeChanges(db: Kysely<Schema>, changes: World['changes']): Promise<ReadonlyMap<string, string>> {
  const source = openSource(api, { secrets: [], catalog: emptyCatalog, conceal: () => '‹secret›' });
  const ingest = createIngest({ db, catalog: emptyCatalog, now: () => now, react: () => Promise.resolve() });
  const ids = new Map<string, string>();
  for (let at = 0; at < changes.length; at += 500) {
    const some = changes.slice(at, at + 500);
    const body = Buffer.from(JSON.stringify(some));
    const stored = await ingest.store('api', now, source.read({ headers: {}, body, receivedAt: now }));
    if (stored.outcome !== 'recorded') throw new Error(`the changes were not recorded: ${JSON.stringify(stored)}`);
    for (const [index, id] of stored.recorded.changeIds.entries()) ids.set(String(some[index]?.['key']), id);
  }
  return ids;
}

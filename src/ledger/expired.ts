import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** Events that were removed because they were old: those of the time [from, to), or recorded before `recordedBefore`. */
interface Expiration {
  readonly from: Date | null;
  readonly to: Date;
  readonly recordedBefore: Date | null;
  readonly on: Date;
}

/** When events of this time, recorded at the latest then, were removed because they were old. Null: they were not. */
export type Expired = (at: Date, recordedAt: Date) => Date | null;

/** Of what was removed in this way an audit event tells, which is sealed as decisions are. */
export async function expirations(db: Kysely<Schema>): Promise<Expired> {
  const { rows } = await sql<Record<keyof Expiration, string | null>>`
    select details ->> 'from' as from, details ->> 'to' as to, details ->> 'recorded_before' as "recordedBefore",
      at::text as on
    from audit_events where kind = 'events-expired' order by id
  `.execute(db);
  const all = rows.flatMap(({ from, to, recordedBefore, on }): readonly Expiration[] =>
    to === null || on === null
      ? []
      : [
          {
            from: from === null ? null : new Date(from),
            to: new Date(to),
            recordedBefore: recordedBefore === null ? null : new Date(recordedBefore),
            on: new Date(on),
          },
        ],
  );
  const dropped = all.filter(({ from }) => from !== null);
  const purged = all.filter(({ from }) => from === null);
  const kept = await keptMonths(db);
  return (at, recordedAt) => {
    // What a partition holds is removed with it and in no other way.
    if (kept.has(at.toISOString().slice(0, 7))) return null;
    const matches = ({ from, to, recordedBefore }: Expiration) =>
      at < to && (from === null || at >= from) && (recordedBefore === null || recordedAt < recordedBefore);
    return (dropped.find(matches) ?? purged.find(matches))?.on ?? null;
  };
}

/** As `2026-11`. */
async function keptMonths(db: Kysely<Schema>): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'events'::regclass
  `.execute(db);
  return new Set(
    rows.flatMap(({ name }) => {
      const [, year, month] = /^events_(\d{4})_(\d\d)$/.exec(name) ?? [];
      return year === undefined || month === undefined ? [] : `${year}-${month}`;
    }),
  );
}

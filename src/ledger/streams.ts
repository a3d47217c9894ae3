import { type RawBuilder, sql } from 'kysely';

/** `earlier`: events that were there before the ledger was. */
export const streamNames = ['earlier', 'events', 'decisions'] as const;
export type StreamName = (typeof streamNames)[number];

/** [from, to), in positions of the stream. */
export interface Stretch {
  readonly from: bigint;
  readonly to: bigint;
}

/** One of the append-only lists that are sealed. */
export interface Stream {
  readonly name: StreamName;
  readonly table: RawBuilder<unknown>;
  /** Where a row stands, by which seals are cut. */
  readonly position: RawBuilder<string>;
  /** By what can be looked up fast. */
  readonly within: (stretch: Stretch) => RawBuilder<boolean>;
  /** The UTC day whose seals prove the row; null: that on which it is sealed. */
  readonly day: RawBuilder<string | null>;
  /** What a person calls the row, and its own time. */
  readonly key: RawBuilder<string>;
  readonly at: RawBuilder<Date>;
  /** 32 bytes: of its time, of its key and of all that it says. */
  readonly leaf: RawBuilder<Buffer>;
}

/** Of positions in time there is no first and no last. */
export const firstPosition = -(2n ** 63n);
export const lastPosition = 2n ** 63n - 1n;

export function microseconds(time: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`(extract(epoch from ${time}) * 1000000)::bigint`;
}

/**
 * The bytes that prove a row. Times as microseconds since 1970, texts with their length in characters before them, JSON
 * as PostgreSQL writes `jsonb`: none of it depends on settings of the server or the session.
 */
function leafOf(at: RawBuilder<unknown>, key: RawBuilder<unknown>, whole: RawBuilder<unknown>): RawBuilder<Buffer> {
  return sql<Buffer>`int8send(${microseconds(at)})
    || substring(sha256(convert_to(${key}, 'UTF8')) for 8) || substring(sha256(convert_to(${whole}, 'UTF8')) for 16)`;
}

const eventTime = sql<Date>`row.occurred_at`;
const eventLeaf = leafOf(
  eventTime,
  sql`row.key`,
  sql`concat_ws(' ', ${microseconds(eventTime)}, ${microseconds(sql`row.recorded_at`)}, row.delivery_id,
    char_length(row.key), row.key, char_length(row.source), row.source, row.event::text)`,
);
const recordedDay = sql<string>`to_char(row.recorded_at at time zone 'UTC', 'YYYY-MM-DD')`;

function byTransaction({ from, to }: Stretch): RawBuilder<boolean> {
  return sql<boolean>`(row.txid >= ${from}::bigint and row.txid < ${to}::bigint)`;
}

function timeOf(position: bigint): RawBuilder<Date> {
  return sql<Date>`(timestamptz 'epoch' + ${position}::bigint * interval '1 microsecond')`;
}

export const streams: Readonly<Record<StreamName, Stream>> = {
  earlier: {
    name: 'earlier',
    table: sql`events`,
    position: microseconds(eventTime),
    within: ({ from, to }) =>
      sql<boolean>`(row.txid = 0 ${from === firstPosition ? sql`` : sql`and row.occurred_at >= ${timeOf(from)}`}
        ${to === lastPosition ? sql`` : sql`and row.occurred_at < ${timeOf(to)}`})`,
    day: sql<null>`null::text`,
    key: sql<string>`row.key`,
    at: eventTime,
    leaf: eventLeaf,
  },
  events: {
    name: 'events',
    table: sql`events`,
    position: sql<string>`row.txid`,
    within: byTransaction,
    day: recordedDay,
    key: sql<string>`row.key`,
    at: eventTime,
    leaf: eventLeaf,
  },
  decisions: {
    name: 'decisions',
    table: sql`audit_events`,
    position: sql<string>`row.txid`,
    within: byTransaction,
    day: recordedDay,
    key: sql<string>`row.id::text`,
    at: sql<Date>`row.at`,
    leaf: leafOf(
      sql`row.at`,
      sql`row.id::text`,
      sql`concat_ws(' ', ${microseconds(sql`row.at`)}, ${microseconds(sql`row.recorded_at`)}, row.id,
        char_length(row.kind), row.kind, char_length(row.actor), row.actor, char_length(row.about), row.about,
        coalesce(char_length(row.reason), -1), coalesce(row.reason, ''), row.details::text)`,
    ),
  },
};

import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Alias } from '../domain/alias.ts';
import { aliasesToWriteBy } from './aliases.ts';
import type { Claim } from './change-rows.ts';
import type { NewRows } from './new-rows.ts';
import { type Chosen, blockOf, inserts } from './write-batch.ts';

/** The aliases and what the database calls them, so that it can tell whether they are still the same. */
export interface ReadAliases {
  readonly aliases: readonly Alias[];
  readonly version: string;
}

/** What is written as a whole or not at all. */
export interface NewPart extends NewRows {
  /** By which later events join its changes. */
  readonly identities: readonly Claim[];
}

export interface WrittenNew {
  /** The places of the parts that were written. */
  readonly parts: readonly number[];
  /** The numbers of their changes, by what stood for them. */
  readonly changeIds: Readonly<Record<string, string>>;
  /** Those of now. Null: still those that were given. */
  readonly aliases: ReadAliases | null;
}

interface Row {
  readonly aliases: readonly Alias[] | null;
  readonly version: string;
  readonly parts: readonly number[] | null;
  readonly ids: Readonly<Record<string, string>> | null;
}

const chosen: Chosen = {
  parts: sql`join fresh using (part)`,
  changes: sql`join numbers using (change)`,
  changeId: sql`numbers.id`,
};

/**
 * Writes those of these parts of which the timeline has neither a delivery nor an identity, and nothing of the others,
 * in one statement that is a transaction of its own: one round trip, during which the service has its hands free. In
 * place of its number each change has its place in the order of all (`0`, `1`, …). Nothing is written when the aliases
 * are others than `version` names, by which the changes were added up, nor unless `quiet`.
 *
 * Keys and identities are inserted plainly: when another process takes one of them at the same time, this throws (SQLSTATE
 * 23505, or 40P01 for a deadlock) and nothing is written. Locks are taken in the order of `claim` and `writeBatch`.
 */
export async function writeNew(
  db: Kysely<Schema>,
  parts: readonly NewPart[],
  given: { readonly version: string; readonly quiet: RawBuilder<boolean>; readonly now: Date },
): Promise<WrittenNew> {
  const keyed = parts.flatMap(({ deliveries }, part) =>
    deliveries.flatMap(({ id, key, source, receivedAt }) =>
      key === null ? [] : [{ part, source, key, received_at: receivedAt, delivery_id: id }],
    ),
  );
  const identities = parts.flatMap((rows, part) =>
    rows.identities.map(({ type, value, changeId }) => ({ part, change: changeId, type, value })),
  );
  const partOfChange = parts.flatMap(({ changes }, part) => changes.map(() => part));
  const block = await blockOf(parts);
  const { rows } = await sql<Row>`/* prepared */
    with ${aliasesToWriteBy}, sent as materialized (
      select ${JSON.stringify(keyed)}::jsonb as keys, ${JSON.stringify(identities)}::jsonb as ties
    ), allowed as materialized (
      select version, version = ${given.version} and ${given.quiet} as yes
      from (select encode(sha256(convert_to(aliases::text, 'UTF8')), 'hex') as version from locked) as called
    ), fresh as materialized (
      select part from allowed cross join sent
      cross join lateral parts_unheard_of(case when yes then ${parts.length}::int end, keys, ties) as part
      where yes
    ), numbers as materialized (
      select change, nextval('changes_id_seq') as id from (
        select place - 1 as change from unnest(${partOfChange}::int[]) with ordinality
          as given (part, place)
        join fresh using (part) order by place
      ) as changes
    ), delivery as (
      insert into delivery_keys (source, key, received_at, delivery_id)
      select source, key, received_at, delivery_id
      from sent cross join lateral jsonb_to_recordset(keys)
        as given (part int, source text, key text, received_at timestamptz, delivery_id uuid) join fresh using (part)
      order by source, key
      returning 1
    ), identity as (
      insert into identities (type, value, change_id)
      select type, value, id from sent cross join lateral jsonb_to_recordset(ties)
        as given (change bigint, type text, value text collate "C") join numbers using (change)
      order by type, value
      returning 1
    ), ${inserts(parts, block, chosen, given.now)}
    select
      case when version <> ${given.version} then (select aliases from locked) end as aliases,
      version,
      (select json_agg(part) from fresh) as parts,
      (select json_object_agg(change, id::text) from numbers) as ids,
      (select count(*) from delivery) as "inThisOrder",
      (select count(*) from identity) as "andThen"
    from allowed
  `.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without a row');
  return {
    parts: row.parts ?? [],
    changeIds: row.ids ?? {},
    aliases: row.aliases === null ? null : { aliases: row.aliases, version: row.version },
  };
}

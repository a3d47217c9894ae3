import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { FactProof } from '../../domain/backports/backport.ts';
import type { Difference, ParityReport } from '../../domain/comparison/difference.ts';
import { factPlace } from '../../domain/backports/owed-facts.ts';
import type { FactDependencies } from './place.ts';

export type FactPlace = Pick<Difference, 'service' | 'facet' | 'key'>;

/** What an environment has of a fact. */
export type FactValue =
  /** `same` null: it is known to have none; `proof` null: nobody ever saw one. */
  { readonly known: true; readonly same: string | null; readonly proof: FactProof | null } | { readonly known: false };

export interface FactValues {
  readonly reference: FactValue;
  readonly mirror: FactValue;
}

const nothing: FactValue = { known: true, same: null, proof: null };
const unknown: FactValue = { known: false };

interface Row {
  readonly index: number;
  readonly environment: string;
  readonly collector: string;
  readonly same: string;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
  readonly unsure: boolean;
  readonly snapshot_id: string | null;
}

/** What both environments have of these facts, in their order: as snapshots saw it, else as changes tell of flags. */
export async function factValues(
  { db, flags }: Pick<FactDependencies, 'db' | 'flags'>,
  { pair, collectors, at }: Pick<ParityReport, 'pair' | 'collectors' | 'at'>,
  places: readonly FactPlace[],
): Promise<readonly FactValues[]> {
  if (places.length === 0) return [];
  const environments = [pair.reference, pair.mirror];
  const looking = new Set(collectors.map(({ environment, collector }) => `${environment}\n${collector}`));
  const rows = (await readRows(db, environments, places)).filter((row) =>
    looking.has(`${row.environment}\n${row.collector}`),
  );
  const byPlace = Map.groupBy(rows, ({ index, environment }) => `${index}\n${environment}`);
  const isTold = places.some(({ facet }) => facet === 'flag');
  const [here, there] = isTold
    ? await Promise.all(environments.map(async (environment) => toldValues(await flags(environment, at))))
    : [];
  return places.map((place, index) => {
    const of = (environment: string, told: ReadonlyMap<string, FactValue> | undefined) => {
      const seen = byPlace.get(`${index}\n${environment}`);
      if (seen !== undefined) return valueOf(seen);
      return (place.facet === 'flag' ? told?.get(place.key) : undefined) ?? nothing;
    };
    return { reference: of(pair.reference, here), mirror: of(pair.mirror, there) };
  });
}

/** By `factPlace`. */
export async function factValuesByPlace(
  dependencies: Pick<FactDependencies, 'db' | 'flags'>,
  report: ParityReport,
  places: readonly FactPlace[],
): Promise<ReadonlyMap<string, FactValues>> {
  const unique = [...new Map(places.map((place) => [factPlace(place), place])).values()];
  const values = await factValues(dependencies, report, unique);
  return new Map(values.map((each, index) => [factPlace(unique[index] ?? unknownPlace), each]));
}

const unknownPlace: FactPlace = { service: null, facet: 'config', key: '' };
const most = 2000;

async function readRows(
  db: Kysely<Schema>,
  environments: readonly string[],
  places: readonly FactPlace[],
): Promise<readonly Row[]> {
  const found: Row[] = [];
  for (let from = 0; from < places.length; from += most) {
    const asked = places
      .slice(from, from + most)
      .map(({ service, facet, key }, index) => ({ index: from + index, service: service ?? '', facet, key }));
    // Of each collector what it saw last.
    const { rows } = await sql<Row>`
      select asked.index, newest.*, snapshots.id as snapshot_id
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked (index int, service text, facet text, key text)
        cross join unnest(${[...environments]}::text[]) as place (environment)
        cross join lateral (
          select distinct on (collector) facts.environment, collector, encode(same, 'hex') as same, valid_from, valid_to,
            (unseen_since is not null or digest is not distinct from 'present') as unsure
          from facts
          where facts.environment = place.environment and facts.service = asked.service and facts.facet = asked.facet
            and facts.key = asked.key
          order by collector, (valid_to is null) desc, valid_from desc
        ) as newest
        left join lateral (
          select id from snapshots
          where snapshots.environment = newest.environment and snapshots.collector = newest.collector
            and taken_at = coalesce(newest.valid_to, newest.valid_from)
          order by id limit 1
        ) as snapshots on true
    `.execute(db);
    found.push(...rows);
  }
  return found;
}

function valueOf(rows: readonly Row[]): FactValue {
  const current = rows.filter((row) => row.valid_to === null);
  const sure = current.filter((row) => !row.unsure);
  if (sure.length === 0 && current.length > 0) return unknown;
  if (new Set(sure.map(({ same }) => same)).size > 1) return unknown;
  const [last] = (sure.length > 0 ? sure : rows).toSorted((a, b) => seenAt(b).getTime() - seenAt(a).getTime());
  if (last === undefined) return nothing;
  const { collector, snapshot_id: snapshotId } = last;
  const proof = { at: seenAt(last), collector, snapshotId, changeId: null };
  return { known: true, same: last.valid_to === null ? last.same : null, proof };
}

function seenAt({ valid_from: from, valid_to: to }: Row): Date {
  return to ?? from;
}

function toldValues(flags: readonly { key: string; state: string; at: Date; changeId: string }[]) {
  return new Map(
    flags.map(({ key, state, at, changeId }): [string, FactValue] => [
      key,
      {
        known: true,
        same: createHash('sha256').update(`flag ${state}`).digest().subarray(0, 16).toString('hex'),
        proof: { at, collector: 'timeline', snapshotId: null, changeId },
      },
    ]),
  );
}

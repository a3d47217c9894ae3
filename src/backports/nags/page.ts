import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { Backport, BackportState } from '../../domain/backports/backport.ts';
import type { NagView } from '../../domain/nags/nag.ts';
import { personOf } from '../../domain/people/directory.ts';
import { type Person, isSame } from '../../domain/people/person.ts';
import { listBackports } from '../list.ts';
import { type NagDependencies, knownOf } from './known.ts';
import { viewOf } from './plan.ts';
import { type NagRow, readState } from './state.ts';

export interface PageAsked {
  /** Only of this member, who looks after it or can move it; null: everybody's. */
  readonly mine: string | null;
  readonly service: string | null;
  /** Services that whoever asks may not see, lower-case. */
  readonly hidden: readonly string[];
  readonly offset: number;
  readonly limit: number;
}

export interface Page {
  /** Those that wait for somebody first, the oldest of them first. */
  readonly views: readonly NagView[];
  readonly total: number;
  /** In every service, everybody's. */
  readonly everywhere: number;
}

type Dependencies = Omit<NagDependencies, 'availability' | 'viewerOf'>;

/** What is not done yet. */
const awaited: readonly BackportState[] = ['open', 'candidate', 'not-evaluable', 'landed', 'waived'];
const most = 20_000;

export async function pageOf(dependencies: Dependencies, asked: PageAsked, now: Date): Promise<Page> {
  const { mine, service, hidden, offset, limit } = asked;
  const { db } = dependencies;
  const everywhere = await countOf(db, null, hidden);
  const filter = { states: awaited, hidden, ...(service === null ? {} : { service }) };
  if (mine === null) {
    const found = await listBackports(db, { ...filter, limit: Math.min(offset + limit, most) });
    const views = await viewsOf(dependencies, found.slice(offset), now);
    return { views, total: service === null ? everywhere : await countOf(db, service, hidden), everywhere };
  }
  const all = await knownOf(dependencies, await listBackports(db, { ...filter, limit: most }), now);
  const person = { slackId: mine, name: mine };
  const theirs = all.filter(({ owner, actor }) => isSame(owner, person) || isSame(actor.person, person));
  const page = theirs.slice(offset, offset + limit).map(({ backport }) => backport);
  return { views: await viewsOf(dependencies, page, now), total: theirs.length, everywhere };
}

/** All that is to be said of each, in the same order. */
export async function viewsOf(
  dependencies: Dependencies,
  backports: readonly Backport[],
  now: Date,
): Promise<readonly NagView[]> {
  const { db, directoryOf } = dependencies;
  const known = await knownOf(dependencies, backports, now);
  const state = await readState(
    db,
    backports.map(({ id }) => id),
    now,
  );
  const next = [...state.rows.values()].flatMap((row) => row.next?.person ?? []);
  const directory = await directoryOf({ identities: next, services: [] });
  return known.map((each) => {
    const { id } = each.backport;
    return viewOf(
      each,
      state.told.get(id) ?? [],
      nextOf(state.rows.get(id), (who) => personOf(directory, who)),
    );
  });
}

function nextOf(row: NagRow | undefined, personNamed: (who: string) => Person | null): NagView['next'] {
  const next = row?.next ?? null;
  if (next === null) return null;
  return { ...next, person: next.person === null ? null : personNamed(next.person) };
}

async function countOf(db: Kysely<Schema>, service: string | null, hidden: readonly string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from backports
    where state = any(${awaited}::text[]) and (${service}::text is null or service = ${service})
      and (service is null or lower(service) <> all(${[...hidden]}::text[]))
  `.execute(db);
  return rows[0]?.count ?? 0;
}

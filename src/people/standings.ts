import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Standing } from '../domain/people/standing.ts';
import { outsideText } from '../domain/outside-text.ts';
import type { Asking, Described, SlackPeople } from './slack-people.ts';

export interface StandingDependencies {
  readonly db: Kysely<Schema>;
  /** Null: there is no Slack to ask. */
  readonly slack: SlackPeople | null;
  readonly now: () => Date;
}

export interface Standee {
  readonly member: boolean;
  /** Was one, perhaps, and has left the workspace. */
  readonly left: boolean;
  readonly name: string;
}

/** Who leaves is not addressed any more after so long at most, in milliseconds. */
const fresh = 3_600_000;
/** Calls of Slack for one question, which somebody waits for, and for one round of what nobody waits for. */
const most: Readonly<Record<Asking, number>> = { never: 0, few: 10, all: 100 };

/**
 * Whether they are full members now: as Slack said within the hour, and it is asked about few others each time, those
 * never asked about first. Of `all`, rejects where it is not known of each.
 */
export async function standingsOf(
  dependencies: StandingDependencies,
  ids: readonly string[],
  asking: Asking,
): Promise<ReadonlyMap<string, Standee>> {
  const { db, slack, now } = dependencies;
  const wanted = [...new Set(ids)].slice(0, 50_000);
  if (wanted.length === 0) return new Map();
  const rows = await db
    .selectFrom('people_standings')
    .selectAll()
    .where(sql<boolean>`slack_id = any(${wanted}::text[])`)
    .execute();
  const known = new Map<string, { standing: Standing; name: string; asked_at: Date }>(
    rows.map((row) => [row.slack_id, row]),
  );
  const oldest = now().getTime() - fresh;
  const stale = wanted.filter((id) => (known.get(id)?.asked_at.getTime() ?? 0) <= oldest);
  const first = stale.toSorted((one, other) => ageOf(known.get(one)) - ageOf(known.get(other)));
  try {
    for (const id of slack === null ? [] : first.slice(0, most[asking])) {
      const described = await slack?.memberOf(id);
      if (described === undefined) continue;
      known.set(id, await keepStanding(db, described, now()));
    }
  } catch (error) {
    if (asking === 'all') throw error;
  }
  const missing = wanted.filter((id) => !known.has(id)).length;
  if (asking === 'all' && slack !== null && missing > 0)
    throw new Error(`Slack has not told yet of ${missing} people whether they are members: the rest is asked soon.`);
  return new Map(
    [...known].map(([id, { standing, name }]) => [
      id,
      { member: standing === 'member', left: standing === 'deactivated', name },
    ]),
  );
}

export async function keepStanding(db: Kysely<Schema>, { slackId, standing, name }: Described, now: Date) {
  const said = { standing, name: outsideText(name, 200) ?? '', asked_at: now };
  await db
    .insertInto('people_standings')
    .values({ slack_id: slackId, ...said })
    .onConflict((conflict) => conflict.column('slack_id').doUpdateSet(said))
    .execute();
  return said;
}

function ageOf(row: { readonly asked_at: Date } | undefined): number {
  return row?.asked_at.getTime() ?? 0;
}

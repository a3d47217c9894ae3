import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { DayCard, NagView } from '../../domain/nags/nag.ts';
import type { Sight } from './sight.ts';

/** Of more, a message says how many there are. */
export const mostInCard = 50;
/** What somebody was told longer ago is not looked at for what waits. */
const keptFor = 7 * 86_400_000;

export interface ToldCard extends Pick<DayCard, 'asLead' | 'day'> {
  readonly slackId: string;
  /** In the order of the message. */
  readonly ids: readonly string[];
  /** How many wait that the message has no room for. */
  readonly others: number;
}

/** The direct messages that people got in the last days. */
export async function readToldCards(db: Kysely<Schema>, now: Date): Promise<readonly ToldCard[]> {
  const { rows } = await sql<{ person: string; day: string; ids: string[]; as_lead: string[]; others: number }>`
    select person, day, backport_ids[1:${sql.lit(mostInCard)}]::text[] as ids, as_lead::text[],
      case when cardinality(backport_ids) <= ${sql.lit(mostInCard)} then 0 else (
        select count(*)::integer from backports
        where id = any(backport_ids[${sql.lit(mostInCard + 1)}:])
          and state in ('open', 'candidate', 'not-evaluable', 'landed')
      ) end as others
    from nag_cards
    where told_at > ${new Date(now.getTime() - keptFor)}
    order by told_at, person
  `.execute(db);
  return rows.map(({ person: slackId, day, ids, as_lead: asLead, others }) => ({
    slackId,
    day,
    ids,
    asLead: new Set(asLead),
    others,
  }));
}

/** As they would be told now: what has come home meanwhile is told as that, what they may not see any more not at all. */
export function renewedCards(
  cards: readonly ToldCard[],
  views: ReadonlyMap<string, NagView>,
  sees: Sight,
): readonly DayCard[] {
  return cards.map(({ slackId, day, ids, asLead, others }) => {
    const shown = ids.flatMap((id) => views.get(id) ?? []).filter(({ backport }) => sees(slackId, backport.service));
    return { person: { slackId, name: slackId }, day, views: shown, total: shown.length + others, asLead };
  });
}

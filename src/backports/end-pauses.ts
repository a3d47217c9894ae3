import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

/**
 * Ends what people asked for only until a time or a deploy: snoozes, waivers for which no second person was found, and
 * waivers of what never was a commit. The others end when what they are about is judged again.
 */
export async function endPauses(db: Kysely<Schema>, now: Date): Promise<void> {
  await sql`
    update backports set snoozed_until = null, snoozed_release = false, snoozed_by = null
    where snoozed_by is not null and (snoozed_until <= ${now} or (snoozed_release and exists (
      select from changes
      where environment = reference and changes.service is not distinct from backports.service
        and kind in ('deploy', 'rollback') and (status is null or status = 'succeeded')
        and (changes.service is not null or lower(changes.repository) = lower(backports.repository))
        and at <= ${now}
        and at > (select max(at) from backport_decisions where backport_id = backports.id and kind = 'snoozed')
    )))
  `.execute(db);
  await sql`
    update backports set waived_by = null, waived_reason = null, waived_at = null, waived_until = null,
      waived_second = null, state = case state when 'waived' then 'open' else state end,
      note = case state when 'waived' then left('the waiver of ' || waived_by || ' has ended: ' || waived_reason, 1000)
        else note end
    where waived_until <= ${now} and (state <> 'waived' or fact_facet is not null)
  `.execute(db);
}

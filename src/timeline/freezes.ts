import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { incidentReference } from '../domain/incidents/incident.ts';
import type { Freeze, ReleaseRules } from '../domain/release-rules.ts';
import { isHidden } from '../domain/viewer.ts';
import { severities } from '../domain/signal.ts';

/** More at once than anybody could work on. */
const most = 100;
/** An incident that nobody resolves must not freeze what comes months later. */
const longest = '30 days';
const never = new Date('9999-12-31T00:00:00Z');

/** The freezes of the settings, and those that incidents opened and that were on at some time of a span. */
export async function freezesIn(
  db: Kysely<Schema>,
  { freezes, freezeAt = null }: ReleaseRules,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<readonly Freeze[]> {
  if (freezeAt === null) return freezes;
  const { hidden = [] } = freezeAt;
  const severe = severities.slice(0, severities.indexOf(freezeAt.severity) + 1);
  const { rows } = await sql<Row>`
    select id, environment, private, services, opened_at, least(resolved_at, opened_at + ${longest}::interval) as over
    from incidents
    where merged_into is null and severity = any(${severe}::text[]) and opened_at <= ${to}
      and opened_at > ${from}::timestamptz - ${longest}::interval
      and (resolved_at is null or resolved_at > ${from})
    order by opened_at, id limit ${most}
  `.execute(db);
  return [
    ...freezes,
    ...rows.map(({ id, environment, services, private: isPrivate, opened_at: opened, over }) => ({
      name: isPrivate || isHidden({ hidden }, services) ? 'a private incident' : incidentReference({ id }),
      incident: true,
      from: opened,
      to: over ?? never,
      environments: [environment ?? freezeAt.environment],
    })),
  ];
}

interface Row {
  readonly id: string;
  readonly environment: string | null;
  readonly services: readonly string[];
  readonly private: boolean;
  readonly opened_at: Date;
  readonly over: Date | null;
}

import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { tookEffect } from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import type { Alert } from './alerts.ts';
import type { CardSuspect, IncidentCard } from './card.ts';

/** One thing that happened while an incident was worked on. */
export type CardLine =
  /** `ticksOff`: the suspect that it took back. */
  | { readonly about: string; readonly change: Change; readonly ticksOff: CardSuspect | null }
  | { readonly about: string; readonly alert: Alert };

export interface LinePost {
  readonly key: string;
  /** In the order in which they happened. */
  readonly lines: readonly CardLine[];
}

/** Told one by one; more at once are told in one message. */
const mostAlone = 3;

/**
 * The messages that tell in its thread what happened since an incident was opened: each thing in one message, and in
 * the same one for ever, the earliest first. A message of which some lines are no longer at hand is left as it is.
 */
export async function linePosts(db: Kysely<Schema>, card: IncidentCard): Promise<readonly LinePost[]> {
  const { id } = card.incident;
  const due = linesOf(card);
  if (due.length === 0) return [];
  await assign(db, id, due);
  const rows = await db
    .selectFrom('incident_lines')
    .select(['about', 'post_key'])
    .where('incident_id', '=', id)
    .where('post_key', 'in', (eb) =>
      eb
        .selectFrom('incident_lines')
        .select('post_key')
        .where('incident_id', '=', id)
        .where(
          'about',
          'in',
          due.map(({ about }) => about),
        ),
    )
    .execute();
  const byAbout = new Map(due.map((line) => [line.about, line]));
  const posts = [...Map.groupBy(rows, ({ post_key: key }) => key)].flatMap(([key, group]) => {
    const lines = group.flatMap(({ about }) => byAbout.get(about) ?? []);
    return lines.length === group.length ? [{ key, lines: due.filter((line) => lines.includes(line)) }] : [];
  });
  const order = new Map(due.map((line, index) => [line, index]));
  const placeOf = ({ lines: [first] }: LinePost) => (first === undefined ? -1 : (order.get(first) ?? -1));
  return posts.toSorted((a, b) => placeOf(a) - placeOf(b));
}

async function assign(db: Kysely<Schema>, incidentId: string, due: readonly CardLine[]): Promise<void> {
  const told = await db
    .selectFrom('incident_lines')
    .select('about')
    .where('incident_id', '=', incidentId)
    .where(
      'about',
      'in',
      due.map(({ about }) => about),
    )
    .execute();
  const known = new Set(told.map(({ about }) => about));
  const fresh = due.filter(({ about }) => !known.has(about));
  const [first] = fresh;
  if (first === undefined) return;
  const together = fresh.length > mostAlone;
  await db
    .insertInto('incident_lines')
    .values(
      fresh.map(({ about }) => ({
        incident_id: incidentId,
        about,
        post_key: together ? `incident:${incidentId}:lines:${first.about}` : `incident:${incidentId}:line:${about}`,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function linesOf({ incident, since, alerts, suspects }: IncidentCard): readonly CardLine[] {
  const { openedAt, environment, resolvedAt } = incident;
  const during = (at: Date) => at > openedAt && (resolvedAt === null || at <= resolvedAt);
  const changes = since
    .filter((change) => during(tookEffect(change)) || during(change.recordedAt))
    // What may concern any environment stands on the card.
    .filter((change) => environment === null || change.environment === environment)
    .map((change) => ({
      at: tookEffect(change),
      about: `change:${change.id}`,
      change,
      ticksOff: suspects.find(({ undone }) => undone?.id === change.id) ?? null,
    }));
  const ends = alerts.alerts.flatMap((alert) => {
    const { id, resolvedAt: at } = alert;
    return at === null || at <= openedAt
      ? []
      : [{ at, about: `alert:${id}:over:${Math.floor(at.getTime() / 1000)}`, alert }];
  });
  return [...changes, ...ends].toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.about < b.about ? -1 : 1));
}

import type { TimelineEvent } from '../domain/event.ts';
import { identityKey } from '../domain/identity.ts';
import type { AddedUp } from './add-up.ts';
import { versionKey } from './anchors.ts';
import type { ChangeRow, Claim } from './change-rows.ts';
import type { Recording, StoredDelivery } from './record.ts';

/** What recording inserts. */
export interface NewRows {
  readonly deliveries: readonly StoredDelivery[];
  /** What is said for the first time. `place`: among the events of its change, when that is one of `changes`. */
  readonly events: readonly {
    readonly event: TimelineEvent;
    readonly deliveryId: string;
    readonly changeId: string;
    readonly place: number | null;
  }[];
  /** Changes that are not in the table yet. */
  readonly changes: readonly ChangeRow[];
  readonly mentions: readonly Claim[];
  /** Changes whose names may be new to the timeline. */
  readonly named: readonly ChangeRow[];
}

/**
 * The rows of these deliveries and of what their events add up to. With `refold`, changes are there also when nothing
 * new is said about them.
 */
export function newRows(
  deliveries: readonly StoredDelivery[],
  added: readonly AddedUp[],
  { refold = false }: { readonly refold?: boolean } = {},
): NewRows {
  const altered = added.filter(({ news }) => refold || news.length > 0);
  const named = altered.map(({ row }) => row);
  return {
    deliveries,
    events: altered.flatMap(toldIn),
    changes: named.filter((row) => row.isNew),
    mentions: added.flatMap(mentionsOf),
    named,
  };
}

function toldIn({ row, said, news }: AddedUp): NewRows['events'] {
  const places = new Map(row.isNew ? row.events.map((event, place) => [event, place]) : []);
  const deliveryOf = new Map(said.map(({ event, recording }) => [event, idOf(recording.delivery)]));
  return news.map((event) => ({
    event,
    deliveryId: deliveryOf.get(event) ?? '',
    changeId: row.id,
    place: places.get(event) ?? null,
  }));
}

export function idOf(delivery: Recording['delivery']): string {
  return 'replayed' in delivery ? delivery.replayed : delivery.id;
}

function mentionsOf({ row, news, merged }: AddedUp) {
  const events = merged ? row.events : news;
  const versions = events.flatMap(({ statement: { to } }) =>
    to === undefined ? [] : { type: 'version', value: versionKey(to) },
  );
  const told = [...events.flatMap((event) => event.mentions), ...versions];
  const mentions = new Map(told.map((each) => [identityKey(each), each] as const));
  return [...mentions.values()].map(({ type, value }) => ({ type, value, changeId: row.id }));
}

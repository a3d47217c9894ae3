import type { TimelineEvent } from '../domain/event.ts';
import type { Signal } from '../domain/signal.ts';
import type { AddedUp } from './add-up.ts';
import { idOf } from './new-rows.ts';
import type { Recorded, Recording } from './record.ts';

/** What became of each recording, in order. `repeated`: by delivery, the id of the one that was first. */
export function recordedOf(
  recordings: readonly Recording[],
  added: readonly AddedUp[],
  told: { readonly repeated: ReadonlyMap<string, string>; readonly signals: ReadonlySet<Signal> },
): readonly Recorded[] {
  const changeOf = new Map(added.flatMap(({ row, said }) => said.map(({ event }) => [event, row] as const)));
  const news = new Set(added.flatMap((each) => each.news));
  return recordings.map((recording): Recorded => {
    const { delivery, events, signals } = recording;
    const first = told.repeated.get(idOf(delivery));
    if (first !== undefined) {
      return { deliveryId: first, duplicate: true, changeIds: [], newEvents: 0, shown: 0, alerts: 0 };
    }
    const fresh = events.filter((event) => news.has(event));
    const shown = new Set(fresh.flatMap((event) => changeOf.get(event) ?? []).filter((row) => row.folded.at !== null));
    const signalled = signals.filter((signal) => told.signals.has(signal));
    return {
      deliveryId: idOf(delivery),
      duplicate: events.length + signals.length > 0 && fresh.length + signalled.length === 0,
      changeIds: events.map((event: TimelineEvent) => changeOf.get(event)?.id ?? ''),
      newEvents: fresh.length,
      shown: shown.size,
      alerts: new Set(signalled.map(({ subject }) => subject)).size,
    };
  });
}

import type { TimelineEvent } from './event.ts';
import type { Identity } from './identity.ts';
import { firstCodePoints } from './outside-text.ts';

const repetitionType = 'repetition';

export function isRepetition({ identities }: Pick<TimelineEvent, 'identities'>): boolean {
  return identities.some(({ type }) => type === repetitionType);
}

/** Events kept at each end: enough to see what, and since when. */
const kept = 5;

/** Of events that all say the same, in order, the first and the last ones. */
export function endsOf(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  return events.length <= 2 * kept ? events : [...events.slice(0, kept), ...events.slice(-kept)];
}

/**
 * The identity of an event that says what others have said before and of which a person wants to read once: a
 * controller that patches the same object all day. All that share it (the same source, the same `what`, the same hour
 * of the clock in UTC) are one change with a count and a span. `what`: object, verb, actor, environment, …
 */
export function repetitionOf(source: string, what: readonly (string | undefined)[], occurredAt: string): Identity {
  const told = what.map((part) => part ?? '').join(' ');
  return { type: repetitionType, value: `${source}:${occurredAt.slice(0, 13)}:${firstCodePoints(told, 400)}` };
}

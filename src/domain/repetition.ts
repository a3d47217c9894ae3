import type { Identity } from './identity.ts';

/** The type of identities that `repetitionOf` makes. */
export const repetitionType = 'repetition';

/**
 * The identity of an event that says what others have said before and of which a person wants to read once: a
 * controller that patches the same object all day. All that share it (the same source, the same `what`, the same hour
 * of the clock in UTC) are one change with a count and a span. `what`: object, verb, actor, environment, …
 */
export function repetitionOf(source: string, what: readonly (string | undefined)[], occurredAt: string): Identity {
  const told = what.map((part) => part ?? '').join(' ');
  return { type: repetitionType, value: `${source}:${occurredAt.slice(0, 13)}:${told.slice(0, 400)}` };
}

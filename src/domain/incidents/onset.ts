/** A beginning further back than this before we heard of it is a clock that is wrong, or no news. */
const longest = 86_400_000;
/** Clocks that are right differ by less. */
const tolerance = 60_000;

export interface Onset {
  readonly at: Date;
  /** What was told and not believed. */
  readonly doubted: Date | null;
}

/**
 * When a fault began of which somebody told: as told, unless that is after we heard of it or more than a day before.
 * Then it is when we heard.
 */
export function onsetOf(told: Date, heard: Date): Onset {
  const age = heard.getTime() - told.getTime();
  if (age >= 0 && age <= longest) return { at: told, doubted: null };
  return { at: heard, doubted: age < 0 && age >= -tolerance ? null : told };
}

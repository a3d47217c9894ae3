/** Three letters at least, or two that are a word each: a dot is no reason. */
export function isReason(text: string): boolean {
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  const words = text.match(/\p{Ideographic}/gu)?.length ?? 0;
  return letters + words >= 3;
}

/** Shown where a decision should have a reason and has none. */
export const noReason = 'no reason given';

/** Who is asked why: a program may not know, and a rule says it itself. `saidBy` as an incident's entries have it. */
export function mustSayWhy(saidBy: string | null): boolean {
  return saidBy !== null && !saidBy.startsWith('api:');
}

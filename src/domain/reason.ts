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

/** Decisions that are nothing without their reason, as the record calls them. */
const owing: ReadonlySet<string> = new Set([
  'verdict',
  'override',
  'parity-accepted',
  'backport-waived',
  'settings-changed',
]);

/** What the record shows for the reason of a decision; empty where none is wanted. */
export function reasonWords(kind: string, reason: string | null): string {
  return reason ?? (owing.has(kind) ? noReason : '');
}

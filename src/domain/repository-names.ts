/** A repository got another name, lower-case. */
export interface Renamed {
  readonly before: string;
  readonly after: string;
  readonly at: Date;
}

/** By every name that no repository bears any more what it is called now, of renamings in the order of time. */
export function namesNow(
  renamed: readonly Renamed[],
): ReadonlyMap<string, { readonly now: string; readonly at: Date }> {
  const names = new Map<string, { readonly now: string; readonly at: Date }>();
  for (const { before, after, at } of renamed) {
    if (before === after || before === '' || after === '') continue;
    // Whatever was called so before, another is now.
    names.delete(after);
    for (const [old, { now }] of names) if (now === before) names.set(old, { now: after, at });
    names.set(before, { now: after, at });
  }
  return names;
}

/**
 * A typed value shared by events and changes. Values are fully qualified, so that equal text means the same thing:
 * `commit` is `<owner>/<name>@<40 hex>`, `pull-request` is `<owner>/<name>#<number>`, `deployment` likewise.
 */
export interface Identity {
  readonly type: string;
  readonly value: string;
}

/** One string per identity, usable as a map key and as a sort key (the order in which rows are locked). */
export function identityKey(identity: Identity): string {
  return `${identity.type}:${identity.value}`;
}

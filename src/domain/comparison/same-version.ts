import type { Change } from '../change.ts';

type Sort = 'digest' | 'commit' | 'version' | 'other';

/** Null: what the change says of its version is of another sort than what was seen, so that the two cannot be compared. */
export function isSameVersion(change: Pick<Change, 'to' | 'commit' | 'identities'>, seen: string): boolean | null {
  const found = plain(seen);
  const images = change.identities.flatMap(({ type, value }) => (type === 'image' ? [value] : []));
  const said = [change.to, change.commit, ...images].flatMap((each) => (each === null ? [] : [plain(each)]));
  if (said.some((each) => isEqual(each, found))) return true;
  return said.some((each) => sortOf(each) === sortOf(found)) ? false : null;
}

/** Without the registry and the leading `v`: `registry.local/shop/checkout:v1.2` is `1.2`. */
function plain(text: string): string {
  const trimmed = text.trim().toLowerCase();
  const digest = /sha256:[0-9a-f]{64}/.exec(trimmed)?.[0];
  if (digest !== undefined) return digest;
  const tag = /[^/]:([\w.-]+)$/.exec(trimmed)?.[1] ?? trimmed;
  return tag.replace(/^v(?=\d)/, '');
}

function isEqual(a: string, b: string): boolean {
  if (a === b) return true;
  if (sortOf(a) !== 'commit' || sortOf(b) !== 'commit') return false;
  return a.startsWith(b) || b.startsWith(a);
}

function sortOf(text: string): Sort {
  if (text.startsWith('sha256:')) return 'digest';
  if (/^(?=.*[a-f]|\d{7,40}$)[0-9a-f]{7,40}$/.test(text)) return 'commit';
  return /^\d+(?:[.-]\w+)+$|^\d{1,6}$/.test(text) ? 'version' : 'other';
}

/**
 * Whether putting `to` there goes back. `before`: the versions that were live in the environment, oldest first; the last
 * of them is what `to` replaces. It goes back when `to` was live before what it replaces ever was: deploying 2 over 1
 * again after a rollback goes forward.
 */
export function goesBack(before: readonly string[], to: string): boolean {
  const replaced = before.at(-1);
  if (replaced === undefined) return false;
  const first = before.indexOf(to);
  return first !== -1 && first < before.indexOf(replaced);
}

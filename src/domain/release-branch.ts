const named = /^(?:prod(?:uction)?|(?:releases?|hot-?fix(?:es)?)(?:[-_./].*)?)$/i;

/** `release/1.2`, `hotfix-7`, `production`: what teams call branches that they deploy from. */
export function isReleaseBranch(branch: string): boolean {
  return named.test(branch);
}

const branchFolder = /^(?:releases?|hotfix(?:es)?|features?|fix(?:es)?|bugfix|support|dependabot|renovate)\//i;
const versions = [
  /^(?:v\d+|v?\d+(?:\.\d+)+(?:[-+][\w.+-]+)?)$/i,
  // Behind a name, `2.0` may be what a branch works towards.
  /[-_/](?:v\d+\.\d+(?:\.\d+)*|\d+\.\d+\.\d+)(?:[-+][\w.+-]+)?$/i,
  /@v?\d+(?:\.\d+)*(?:[-+][\w.+-]+)?$/i,
];

/** The version that a tag or branch name is: `v1.42.0`, `1.42`, `v7`, `checkout-v1.42.0`, `checkout@1.42.0-rc.1`. */
export function versionOf(ref: string): string | undefined {
  return !branchFolder.test(ref) && versions.some((version) => version.test(ref)) ? ref : undefined;
}

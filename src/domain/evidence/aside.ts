const folders = /(?:^|\/)(?:tests?|__tests__|specs?|testdata|fixtures|docs?|changelogs?|newsfragments|\.github)\//i;
const names =
  /(?:^|\/)(?:(?:change(?:s|log)|news|history|readme)\b[^/]*|test_[^/]*|[^/]*[._-](?:tests?|specs?)\.\w+|[^/]*\.(?:md|rst|adoc)|[^/]*[.-]lock(?:\.\w+)?|go\.sum)$/i;

/** Whether a file is none of those that run: tests and documents, which picks leave out, and what is made from others. */
export function isAside(file: string): boolean {
  return folders.test(file) || names.test(file);
}

import type { Change } from './change.ts';

/** They say what became of a thing, not which thing it is. */
const states = new Set(
  `a an the to of for in at on off from is was and by with no not now
  enable enabled disable disabled turn turned switch switched set reset unset change changed update updated raise raised
  lower lowered increase increased decrease decreased revert reverted restore restored rollout roll rolled back again
  percent true false default value flag config configuration setting feature`.split(/\s+/),
);

/** Keys by which many things are set: that two changes set them does not make them the same thing. */
const commonKeys = new Set(
  `on off enabled disabled active value values state status default rollout percent percentage weight version variation
  rules targets replicas count data key name config settings flag archived serves`.split(/\s+/),
);

/** Whether two changes are about one thing: a flag, a setting, a resource. `false` when nothing shows that they are. */
export function sameSubject(a: Change, b: Change): boolean {
  const shared = new Set(a.identities.map(({ type, value }) => `${type} ${value}`));
  if (b.identities.some(({ type, value }) => shared.has(`${type} ${value}`))) return true;
  const keys = keysOf(a);
  if (keys.length > 0 && keys.every((key) => !commonKeys.has(key.toLowerCase()))) return sameSet(keys, keysOf(b));
  const [one, other] = [subjectWords(a.title), subjectWords(b.title)];
  return one.length > 0 && sameSet(one, other);
}

function keysOf({ before, after }: Change): readonly string[] {
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
}

function subjectWords(title: string): readonly string[] {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !states.has(word) && !/^\p{N}+$/u.test(word));
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [new Set(a), new Set(b)];
  return one.size === other.size && [...one].every((each) => other.has(each));
}

/** What a rule for messages may name with a group: `(?<service>…)`. */
export const messageGroups = [
  'service',
  'environment',
  'to',
  'version',
  'from',
  'actor',
  'commit',
  'url',
  'reason',
  'status',
  'title',
] as const;

const known: ReadonlySet<string> = new Set(messageGroups);
const longest = 500;

/** What is wrong with a pattern for messages. Null: nothing. */
export function patternProblem(source: string): string | null {
  if (source.length > longest) return `is longer than ${longest} characters`;
  if (!isPattern(source)) return 'is not a regular expression';
  const names = Array.from(source.matchAll(/\(\?<([A-Za-z_$][\w$]*)>/g), ([, name = '']) => name);
  const strange = names.find((name) => !known.has(name));
  if (strange !== undefined) return `has a group that is not known, ${strange}: there are ${messageGroups.join(', ')}`;
  return nestsRepetitions(source) ? 'repeats a group that repeats something itself, which can take for ever' : null;
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'm').source !== '';
  } catch {
    return false;
  }
}

/**
 * `(a+)*` and its like: their time doubles with each character of a text that almost fits. The source is known to be a
 * regular expression.
 */
function nestsRepetitions(source: string): boolean {
  /** Of each group that is open, whether something in it repeats; the pattern itself is the first. */
  const open: boolean[] = [false];
  const parts = /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|\)|[^\\[()]/gs;
  for (const { 0: part, index } of source.matchAll(parts)) {
    if (part.startsWith('(')) {
      open.push(false);
      continue;
    }
    const repeats = repeatsAt(source, index + part.length);
    const inner = part === ')' && open.pop() === true;
    if (inner && repeats) return true;
    if (inner || repeats) open.splice(-1, 1, true);
  }
  return false;
}

/** Whether what ends here may come more than once. */
function repeatsAt(source: string, at: number): boolean {
  const [, sign, least, comma, most] = /^(?:([*+])|\{(\d+)(,?)(\d*)\})/.exec(source.slice(at)) ?? [];
  if (sign !== undefined) return true;
  if (least === undefined) return false;
  return comma === '' ? Number(least) > 1 : most === '' || Number(most) > 1;
}

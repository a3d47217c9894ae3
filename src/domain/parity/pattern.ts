import picomatch from 'picomatch';

/** As a glob in which nothing is a wildcard. */
export function literalKey(key: string): string {
  return key.replaceAll(/[*?[\]{}()!+@|\\]/g, String.raw`\$&`);
}

export type ReadPattern = { readonly glob: string } | { readonly problem: string };

/** What a person writes for keys like this one, in which `*` stands for anything and `?` for one character. */
export function readPattern(written: string, key: string): ReadPattern {
  if (written === '' || written === key) return { glob: literalKey(key) };
  const glob = written.replaceAll(/[[\]{}()!+@|\\]/g, String.raw`\$&`).replaceAll(/\*+/g, '*');
  if (glob.length > 500) return { problem: 'It is longer than 500 characters.' };
  if (written.replaceAll(/[^\p{L}\p{N}]/gu, '').length < 3) {
    return { problem: 'It would accept nearly everything: write at least three letters of the key.' };
  }
  if (!picomatch(glob, { dot: true, bash: true, nonegate: true })(key)) {
    return { problem: `It does not match ${key.slice(0, 200)}. * stands for any characters.` };
  }
  return { glob };
}

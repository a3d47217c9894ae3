/** `object`: the file or thing in which it was seen, null when the key names none. `name`: what it is called there. */
export interface KeyParts {
  readonly object: string | null;
  readonly name: string;
}

export function keyParts(key: string): KeyParts {
  const colon = key.indexOf(':');
  if (colon <= 0 || colon === key.length - 1) return { object: null, name: key };
  return { object: key.slice(0, colon).replace(/^\.\//, ''), name: key.slice(colon + 1) };
}

/** What keys have in common that are changed together: their object, else their first word. Empty: nothing. */
export function keyPrefix(key: string): string {
  const { object, name } = keyParts(key);
  return object ?? /^([^./[\]]+)[./[]/.exec(name)?.[1] ?? '';
}

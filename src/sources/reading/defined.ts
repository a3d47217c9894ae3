type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the fields that are undefined: a statement says nothing about what its source left out. */
export function defined<T extends object>(fields: T): Defined<T> {
  // Called a dozen times for each delivery: a list of pairs would be made and thrown away each time.
  const given = fields as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept as Defined<T>;
}

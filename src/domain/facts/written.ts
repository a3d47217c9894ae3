import type { FactValue } from './fact.ts';

/** JSON with objects' keys in order, of values however deep: nothing here recurses. */
export function written(value: FactValue): string {
  const parts: string[] = [];
  const todo: (FactValue | { readonly [symbol]: string })[] = [value];
  while (todo.length > 0) {
    const next = todo.pop() as FactValue | { readonly [symbol]: string };
    if (isSymbol(next)) parts.push(next[symbol]);
    else if (isList(next)) {
      todo.push({ [symbol]: ']' });
      for (let at = next.length - 1; at >= 0; at -= 1) {
        todo.push(next[at] as FactValue);
        if (at > 0) todo.push({ [symbol]: ',' });
      }
      parts.push('[');
    } else if (typeof next === 'object' && next !== null) {
      const names = Object.keys(next).toSorted();
      todo.push({ [symbol]: '}' });
      for (let at = names.length - 1; at >= 0; at -= 1) {
        const name = names[at] as string;
        todo.push(next[name] as FactValue, { [symbol]: `${at > 0 ? ',' : ''}${JSON.stringify(name)}:` });
      }
      parts.push('{');
    } else parts.push(typeof next === 'string' ? JSON.stringify(next) : String(next));
  }
  return parts.join('');
}

const symbol = Symbol('written as it is');

function isSymbol(value: unknown): value is { readonly [symbol]: string } {
  return typeof value === 'object' && value !== null && symbol in value;
}

export function isList(value: FactValue): value is readonly FactValue[] {
  return Array.isArray(value);
}

export function isObject(value: FactValue): value is { readonly [key: string]: FactValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

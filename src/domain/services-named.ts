import type { Vocabulary } from './question.ts';

const most = 5;

/** Services that a text names in whole words, in the order in which it does; at most five. */
export function servicesNamed(text: string, { services }: Vocabulary): readonly string[] {
  const words = text
    .slice(0, 4000)
    .toLowerCase()
    .split(/[^\p{L}\p{N}_.-]+/u)
    .map((word) => word.replaceAll(/^[.-]+|[.-]+$/g, ''));
  return [...new Set(words.flatMap((word) => services.get(word) ?? []))].slice(0, most);
}

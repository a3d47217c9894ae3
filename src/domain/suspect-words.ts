import type { Suspect } from './answer.ts';

/** The sentences for and against a suspect, each the strongest first. Of both together at most `most`, and of those against at least one. */
export function reasonWords(
  { reasons }: Pick<Suspect, 'reasons'>,
  most: number,
): { readonly because: readonly string[]; readonly but: readonly string[] } {
  const against = reasons.filter(({ weight }) => weight <= 0).toReversed();
  const because = reasons.filter(({ weight }) => weight > 0).slice(0, most - Math.min(1, against.length));
  const but = against.slice(0, most - because.length);
  return { because: because.map(({ text }) => text), but: but.map(({ text }) => text) };
}

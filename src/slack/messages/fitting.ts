/** As many whole lines, from the first, as this many characters hold. */
export function fitting(lines: readonly string[], longest: number): string {
  let text = '';
  for (const line of lines) {
    if (text.length + line.length + 1 > longest) break;
    text = text === '' ? line : `${text}\n${line}`;
  }
  return text;
}

const picked = /^\(cherry picked from commit [0-9a-f]{40}\)$/;
const trailer = /^[\w-]+[ \t]*:/;
const generated = /^(?:Signed-off-by: |\(cherry picked from commit )/;

/** The message of a pick as `git cherry-pick -x` writes it: at the end of the trailers, or as the first of them. */
export function cherryPickMessage(message: string, commit: string): string {
  const text = message.replace(/\s+$/, '');
  const origin = `(cherry picked from commit ${commit})`;
  if (text === '') return `${origin}\n`;
  return `${text}${endsInTrailers(text) ? '\n' : '\n\n'}${origin}\n`;
}

/** As git judges it: all of the last paragraph, or a quarter where one line of it is git's own. */
function endsInTrailers(text: string): boolean {
  const lines = text.split('\n');
  const start = lines.findLastIndex((line) => line.trim() === '');
  if (start === -1) return false;
  const last = lines.slice(start + 1);
  let [told, others] = [0, 0];
  for (const [index, line] of last.entries()) {
    if (trailer.test(line) || picked.test(line)) told += 1;
    // A line that goes on with the one above belongs to it.
    else if (index === 0 || !/^[ \t]/.test(line)) others += 1;
  }
  if (told === 0) return false;
  return others === 0 || (last.some((line) => generated.test(line)) && told * 3 >= others);
}

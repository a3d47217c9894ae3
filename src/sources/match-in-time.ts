import { Script, createContext } from 'node:vm';

/** Milliseconds: a pattern that suits the text needs a thousandth of it. */
const longest = 250;

const script = new Script('match()');
const context = createContext({ match: () => null as unknown });

/**
 * The pattern's first match. Null: there is none. Undefined: it was given up, because patterns are written by people
 * and some of them take for ever on a text that almost fits.
 */
export function matchInTime(pattern: RegExp, text: string): RegExpExecArray | null | undefined {
  context['match'] = () => pattern.exec(text);
  try {
    return script.runInContext(context, { timeout: longest }) as RegExpExecArray | null;
  } catch {
    return undefined;
  }
}

/** What is a name of somebody, in one text. */
export interface Identity {
  /** As it was given, without space around it. */
  readonly text: string;
  /** To be shown. */
  readonly name: string;
  /** Logins, names and addresses in it, lower-case, the most telling first. */
  readonly keys: readonly string[];
}

/** `Ada Lovelace <ada@example.com>` */
const signed = /^\s*(.*?)\s*<([^<>]+)>\s*$/;
/** `1234+ada-l@users.noreply.github.com` */
const hidden = /^(?:\d+\+)?([^@]+)@users\.noreply\.(?:github\.com|[\w.-]+)$/i;
const machine = /\[bot\]$|^(?:github-actions|dependabot|renovate|web-flow)$/i;
const address = /^[^\s@<>"]{1,64}@[^\s@<>"]+\.[^\s@<>"]+$/;
const memberId = /^[UW][A-Z0-9]{2,}$/;
/** Of Slack's ids the shortest; shorter ones that look like one are rather logins. */
const surelyMemberId = /^[UW][A-Z0-9]{7,}$/i;
const longest = 400;

/** Null: empty, or a machine that the settings cannot know either. */
export function readIdentity(who: string): Identity | null {
  const text = who.slice(0, longest).trim();
  if (text === '' || machine.test(text)) return null;
  const [, name = text, email = text] = signed.exec(text) ?? [];
  const login = hidden.exec(email)?.[1] ?? text;
  const keys = [email, login, bareName(text), name].map((each) => each.toLowerCase()).filter((key) => key !== '');
  return { text, name: name === '' ? email : name, keys: [...new Set(keys)] };
}

/** Whether any of its names is a machine's. */
export function isMachine({ text, name, keys }: Identity): boolean {
  return [text, name, ...keys].some((each) => machine.test(each));
}

/** The e-mail addresses in it that may be somebody's: one that a git host hides people behind is nobody's. */
export function addressesIn({ keys }: Identity): readonly string[] {
  return keys.filter(isAddress);
}

export function isAddress(text: string): boolean {
  return text.length <= 254 && address.test(text) && !/@users\.noreply\.|^no-?reply@|\[bot\]@/i.test(text);
}

export function isMemberId(text: string): boolean {
  return memberId.test(text);
}

export function looksLikeMemberId(text: string): boolean {
  return surelyMemberId.test(text);
}

/** As the settings write people and teams: `@ada`. */
export function bareName(text: string): string {
  return text.replace(/^@/, '');
}

/** Stands for a secret value; equal for equal values where a key was set, so that "did it change" can be answered. */
export type Conceal = (secret: string) => string;

/** What `Conceal` makes: it is left alone when it is met again. */
export const concealed = /^‹secret(?: [0-9a-f]{16})?›$/;

/**
 * What a name ends with, its separators taken out, when its value is a secret. Names of secrets and references to them
 * (`secretName`, `token_id`, `secretRef`) end otherwise.
 */
const secretName =
  /(?:passw(?:or)?d|passphrase|pwd|secrets?|token|credentials?|authorization|cookie|dsn|connectionstring|connstr|apikey|privatekey|accesskey|secretkey|signingkey|encryptionkey|masterkey|accountkey|sharedkey|authkey|sessionkey|routingkey|integrationkey|servicekey|hmackey|deploykey|sshkey|licensekey|bearer|otp|passcode)$/;

/**
 * Shapes that secrets of well-known issuers have wherever they stand, each as the issuer documents it. The part to
 * conceal is the group `secret`, or all of it.
 */
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{30,255}\b|\bgithub_pat_\w{22,255}\b/g,
  /\bgl(?:pat|ptt|dt|rt|soat|cbt)-[\w-]{20,255}/g,
  /\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{10,255}/g,
  /(?<=\bhooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/]{10,200}/g,
  /\b[spr]k_(?:live|test)_[A-Za-z0-9]{10,255}/g,
  /\bwhsec_[A-Za-z0-9+/=]{16,255}/g,
  /\bswn_[\w-]{43}(?![\w-])/g,
  /\bAIza[\w-]{35}\b|\bya29\.[\w-]{20,500}/g,
  /\bnpm_[A-Za-z0-9]{36}\b|\bpypi-[\w-]{50,500}|\bdop_v1_[a-f0-9]{64}\b|\bhv[sbr]\.[\w-]{20,500}|\bSG\.[\w-]{16,64}\.[\w-]{16,64}/g,
  /\bsk-[A-Za-z0-9_-]{20,255}/g,
  /\beyJ[\w-]{8,1000}\.eyJ[\w-]{4,4000}\.[\w-]{8,4000}/g,
  /(?<=\b(?:Bearer|Basic) {1,5})[A-Za-z0-9+/=._~-]{12,4000}/gi,
  /(?<=\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@"'<>]{0,200}:)[^\s/@"'<>]{1,500}(?=@)/gi,
  /(?<=\b[\w.-]{0,80}(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|api[_-]?key|private[_-]?key|access[_-]?key|secret[_-]?key|signing[_-]?key|account[_-]?key|shared[_-]?key|auth[_-]?key|encryption[_-]?key)=["']?)[^\s"'&;,<>]{3,4000}/gi,
  /(?<=--?[\w-]{0,40}(?:passw(?:or)?d|secret|token|api-?key) {1,5})[^\s"'-][^\s"']{2,4000}/gi,
];

/** `password: hunter2` on a line of its own, as in YAML and properties files. */
const settingLine =
  /(?<=^[ \t+-]{0,200}["']?[\w.-]{0,80}(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?|api[_-]?key|private[_-]?key|access[_-]?key|secret[_-]?key|signing[_-]?key|encryption[_-]?key)["']?[ \t]{0,5}[:=][ \t]{0,40}["']?)[^\s"'#{[][^\r\n"']{0,4000}/gim;

/**
 * A text without any of these holds nothing that the rules below would conceal: one look, and most texts are done. In
 * JSON an escape (`\u0077`, `\/`) may hide one.
 */
const hints: readonly RegExp[] = [
  /passw|passph|passcode|pwd|secret|token|credential|authorization|cookie|dsn|conn(?:ection)?_?-?str|bearer|basic /i,
  /[a-z]_?-?key\b/i,
  /:\/\/[^\s/:@"]*:[^\s/@"]*@/,
  /AKIA|ASIA|gh[pousr]_|github_pat|gl(?:pat|ptt|dt|rt|soat|cbt)-|xox[a-z]-|xapp-|hooks\.slack|[spr]k_(?:live|test)_|sk-|whsec_|swn_|AIza|ya29|npm_|pypi-|dop_v1|hv[sbr]\.|SG\.|eyJ|-----BEGIN|otp"|\\[u/]/,
];

/** Whether `withoutSecrets` could conceal anything in what this JSON text says. */
export function mayHoldSecrets(text: string): boolean {
  return hints.some((hint) => hint.test(text));
}

/** Whether a setting, variable or field of this name holds a secret: `DB_PASSWORD`, `apiKey`, `x-auth-token`. */
export function isSecretName(name: string): boolean {
  return name.length <= 200 && secretName.test(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
}

/** Text with the secrets in it concealed, by their shape and by the names before them. */
export function textWithoutSecrets(text: string, conceal: Conceal): string {
  if (concealed.test(text) || !mayHoldSecrets(text)) return text;
  const replace = (secret: string) => (secret.startsWith('‹secret') ? secret : conceal(secret));
  const shaped = shapes.reduce((left, shape) => left.replaceAll(shape, replace), text);
  return text.includes('\n') ? shaped.replaceAll(settingLine, replace) : shaped;
}

/**
 * JSON with the secrets in it concealed: by the shape of a value, by the name of its field, by the `name` beside a
 * `value`, and in every Kubernetes Secret. Text that is JSON itself is looked through too. The same object when there
 * was nothing to conceal.
 */
export function withoutSecrets(value: unknown, conceal: Conceal): unknown {
  return walk(value, conceal, 0);
}

/** Deeper than any source sends; what is deeper is left out, for it was not looked at. */
const deepest = 60;

function walk(value: unknown, conceal: Conceal, depth: number): unknown {
  if (typeof value === 'string') return textOrJson(value, conceal, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return null;
  if (Array.isArray(value)) {
    const items: unknown[] = value.map((item) => walk(item, conceal, depth + 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  return walkObject(value as Record<string, unknown>, conceal, depth);
}

function walkObject(object: Record<string, unknown>, conceal: Conceal, depth: number): unknown {
  const secretData = object['kind'] === 'Secret' ? ['data', 'stringData'] : [];
  const named = namedSecret(object);
  let changed = false;
  const fields = Object.entries(object).map(([name, field]): [string, unknown] => {
    const inner = secretData.includes(name)
      ? allConcealed(field, conceal)
      : isScalar(field) && (named.includes(name) || isSecretName(name))
        ? concealScalar(field, conceal)
        : walk(field, conceal, depth + 1);
    changed ||= inner !== field;
    return [name, inner];
  });
  return changed ? Object.fromEntries(fields) : object;
}

/** `{"name": "DB_PASSWORD", "value": "…"}`: which fields of the pair to conceal. */
function namedSecret(object: Record<string, unknown>): readonly string[] {
  const name = [object['name'], object['key'], object['Name'], object['Key'], object['variable']].find(
    (each) => typeof each === 'string',
  );
  return typeof name === 'string' && isSecretName(name) ? ['value', 'Value', 'before', 'after', 'content'] : [];
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function concealScalar(value: string | number, conceal: Conceal): string {
  const text = String(value);
  return text === '' || concealed.test(text) ? text : conceal(text);
}

/** Every text and number in it; the names stay. */
export function allConcealed(value: unknown, conceal: Conceal): unknown {
  if (isScalar(value)) return concealScalar(value, conceal);
  if (Array.isArray(value)) return value.map((item) => allConcealed(item, conceal));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, allConcealed(field, conceal)]));
}

function textOrJson(text: string, conceal: Conceal, depth: number): string {
  if (!/^\s*[{[]/.test(text) || !mayHoldSecrets(text)) return textWithoutSecrets(text, conceal);
  try {
    const held: unknown = JSON.parse(text);
    const without = walk(held, conceal, depth + 1);
    return without === held ? text : JSON.stringify(without);
  } catch {
    return textWithoutSecrets(text, conceal);
  }
}

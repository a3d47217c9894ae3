/** Stands for a secret value; equal for equal values where a key was set, so that "did it change" can be answered. */
export type Conceal = (secret: string) => string;

/** What `Conceal` makes: it is left alone when it is met again. */
export const concealed = /^‹secret(?: [0-9a-f]{16})?›$/;

/**
 * What a name ends with, its separators taken out, when its value is a secret. Names of secrets and references to them
 * (`secretName`, `token_id`, `secretRef`) end otherwise.
 */
const secretName =
  /(?:passw(?:or)?d|passphrase|passcode|pwd|secret|token|credential|authorization|cookie|dsn|connectionstring|connstr|(?:api|private|access|secret|signing|encryption|master|account|shared|auth|session|routing|integration|service|hmac|deploy|ssh|tls|license|storage|client)key|bearer|otp|jwt|kubeconfig|webhookurl)$/;

/** `connectionstring`. To look for an end from further ahead takes longer and finds nothing more. */
const longestSecretName = 16;

/** What may stand behind: `passwordHash`, `SECRET_KEY_BASE`, `SecretString`, `api_tokens`, `password1`. */
const ending = /(?:hash|pem|base|string|binary|value|json|data|base64|b64|plaintext|old|new|s|\d+)$/;

/** Of settings and fields in text, whatever stands before. */
const words =
  'passw(?:or)?d|passphrase|pwd|[_-]pass|secret|token|credentials?|(?:api|private|access|secret|signing|account|shared|auth|encryption)[_-]?key';

/**
 * Shapes that secrets of well-known issuers have wherever they stand, each as the issuer documents it. The part to
 * conceal is the group `secret`, or all of it.
 */
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
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
  // The user of an address alone, where it is a token.
  /(?<=\b[a-z][a-z0-9+.-]{1,30}:\/\/)[^\s/:@"'<>]{16,500}(?=@)/gi,
  /(?<=[?&](?:sig|signature|x-amz-signature|x-goog-signature|auth)=)[^\s&"'<>]{6,4000}/gi,
  after(String.raw`\b[\w.-]{0,80}(?:${words})=["']?`, String.raw`[^\s"'&;,<>]{3,4000}`),
  after(String.raw`--?[\w-]{0,40}(?:passw(?:or)?d|secret|token|api-?key) {1,5}`, String.raw`[^\s"'-][^\s"']{2,4000}`),
  // In prose only what does not look like a word: `fix token: refresh` stays.
  after(
    String.raw`\b[\w.-]{0,80}(?:${words})["']? {0,3}[:=] {0,3}["']?`,
    String.raw`(?=\S{0,40}\d|\S{16})[^\s"'&;,<>]{4,4000}`,
  ),
  // JSON and its like within text, also escaped.
  after(String.raw`["'][\w.-]{0,80}(?:${words})\\{0,3}["'] {0,3}: {0,3}\\{0,3}["']`, String.raw`[^"'\\]{1,4000}`),
  after(
    String.raw`\b(?:authorization|x-[\w-]{0,40}(?:key|token|auth|secret))["']? {0,3}: {0,3}["']?(?:(?:bearer|basic|token|digest|apikey) )?`,
    String.raw`(?!(?:bearer|basic|token|digest|apikey)\b)[^\s"',]{6,4000}`,
  ),
  after(String.raw`\bcookie["']? {0,3}: {0,3}["']?`, String.raw`[^\s"'][^\r\n"']{2,4000}`),
  after(String.raw`\bcurl\b[^\n]{0,200} (?:-u|--user) {0,3}["']?[^\s:"']{1,100}:`, String.raw`[^\s"']{1,200}`),
  after(String.raw`\bmysql(?:dump|admin)?\b[^\n]{0,200} -p`, String.raw`[^\s"'-][^\s"']{2,200}`),
];

/** Of text in several lines, as in YAML and properties files: `password: hunter2` and blocks of lines after a name. */
const lines: readonly RegExp[] = [
  after(
    String.raw`^[ \t]{0,200}["']?[\w.-]{0,80}(?:${words})["']?:[ \t]{0,5}[|>][-+]?[ \t]{0,5}\r?\n`,
    String.raw`(?:[ \t]+[^\n]*(?:\n|$)){1,100}`,
  ),
  after(
    String.raw`^[ \t+-]{0,200}["']?[\w.-]{0,80}(?:${words})["']?[ \t]{0,5}[:=][ \t]{0,40}["']?`,
    String.raw`[^\s"'#{[|>][^\r\n"']{0,4000}`,
  ),
];

function after(what: string, secret: string): RegExp {
  return new RegExp(`(?<=${what})${secret}`, 'gim');
}

/** A text without any of these holds nothing that the rules for text would conceal. */
const hints: readonly RegExp[] = [
  /passw|passph|passcode|pass["']|[_-]pass|pwd|secret|token|credential|authorization|cookie|dsn|conn(?:ection)?_?-?str|bearer|basic /i,
  /[a-z][_.-]?keys?\b|jwt|kubeconfig|webhook_?-?url|x-[\w-]{0,40}auth|curl |mysql|[?&](?:sig|auth|x-)/i,
  /:\/\/(?:[^\s/:@"]*:[^\s/@"]*|[^\s/:@"]{16,500})@/,
  /AKIA|ASIA|gh[pousr]_|github_pat|gl(?:pat|ptt|dt|rt|soat|cbt)-|xox[a-z]-|xapp-|hooks\.slack|[spr]k_(?:live|test)_|sk-|whsec_|swn_|AIza|ya29|npm_|pypi-|dop_v1|hv[sbr]\.|SG\.|eyJ|-----BEGIN|\\[u/]/,
];

function hasHint(text: string): boolean {
  return hints.some((hint) => hint.test(text));
}

/**
 * Short texts and names known to be harmless. Sources send most of theirs again and again (the addresses of one
 * repository), and to look one up takes a tenth of the time of looking at it.
 */
const harmless = new Set<string>();
const mostHarmless = 20_000;
/** A commit, a UUID, a number: nothing that is looked for can be written with these, and each delivery has new ones. */
const hash = /^[\da-f-]+$/;

/** Deeper than any source sends; what is deeper is left out, for it was not looked at. */
const deepest = 60;

/** Whether `withoutSecrets` could conceal anything in this JSON, or leave something out. */
export function mayHoldSecrets(value: unknown): boolean {
  return mayHold(value, deepest);
}

function mayHold(value: unknown, left: number): boolean {
  if (typeof value === 'string') return !isHarmless(value);
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  if (Array.isArray(value)) return value.some((item) => mayHold(item, left - 1));
  for (const name in value) {
    if (!isHarmless(name) || mayHold(Reflect.get(value, name), left - 1)) return true;
  }
  return false;
}

/** A text may be the name of a secret itself, beside its value. */
function isHarmless(text: string): boolean {
  if (text.length > 200) return !hasHint(text);
  if (harmless.has(text) || hash.test(text)) return true;
  if (hasHint(text) || isSecretName(text.slice(text.lastIndexOf('/') + 1))) return false;
  if (harmless.size >= mostHarmless) harmless.clear();
  harmless.add(text);
  return true;
}

/** Whether a setting, variable or field of this name holds a secret: `DB_PASSWORD`, `apiKey`, `x-auth-token`. */
export function isSecretName(name: string): boolean {
  if (name.length > 200) return false;
  if (/(?:^|[^a-z])pass$|[a-z]Pass$/.test(name) || /(?:^|[^A-Z])PASS$/.test(name)) return true;
  // No word for a secret is made of hex digits alone.
  if (!/[g-z]/i.test(name)) return false;
  const letters = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const stem = letters.replace(ending, '');
  return [letters, stem, stem.replace(ending, '')].some((each) => secretName.test(each.slice(-longestSecretName)));
}

/** Text with the secrets in it concealed, by their shape and by the names before them. */
export function textWithoutSecrets(text: string, conceal: Conceal): string {
  if (concealed.test(text) || !hasHint(text)) return text;
  const replace = (secret: string) => (secret.startsWith('‹secret') ? secret : conceal(secret));
  const shaped = shapes.reduce((left, shape) => left.replaceAll(shape, replace), text);
  if (!text.includes('\n')) return shaped;
  const lined = lines.reduce((left, line) => left.replaceAll(line, replace), shaped);
  return /^[ \t]*kind:[ \t]*Secret\b/m.test(text) ? manifestWithoutData(lined, replace) : lined;
}

/** The data of a Kubernetes Secret in YAML: all that is indented below `data` or `stringData`. */
function manifestWithoutData(text: string, replace: Conceal): string {
  let within: number | null = null;
  return text
    .split('\n')
    .map((line) => {
      const indent = line.length - line.trimStart().length;
      if (/^\s*(?:data|stringData):\s*$/.test(line)) {
        within = indent;
        return line;
      }
      if (line.trim() === '' || within === null) return line;
      if (indent <= within) {
        within = null;
        return line;
      }
      const [, name = '', value = ''] = /^(\s*[\w.-]+:\s*)?(.*)$/.exec(line) ?? [];
      return value === '' || /^[|>][-+]?$/.test(value) ? line : `${name || ' '.repeat(indent)}${replace(value.trim())}`;
    })
    .join('\n');
}

/**
 * JSON with the secrets in it concealed: by the shape of a value, by the name of its field, by the `name` beside a
 * `value`, and in every Kubernetes Secret. Text that is JSON itself is looked through too. The same object when there
 * was nothing to conceal.
 */
export function withoutSecrets(value: unknown, conceal: Conceal): unknown {
  return walk(value, conceal, 0);
}

function walk(value: unknown, conceal: Conceal, depth: number): unknown {
  if (typeof value === 'string') return textOrJson(value, conceal, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return null;
  if (Array.isArray(value)) {
    // `["X-Api-Key", "…"]`
    const [name, second] = value as readonly unknown[];
    if (value.length === 2 && typeof name === 'string' && isScalar(second) && isSecretName(name)) {
      const hidden = concealScalar(second, conceal);
      return hidden === second ? value : [name, hidden];
    }
    const items: unknown[] = value.map((item) => walk(item, conceal, depth + 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  return walkObject(value as Record<string, unknown>, conceal, depth);
}

function walkObject(object: Record<string, unknown>, conceal: Conceal, depth: number): unknown {
  const secretData = object['kind'] === 'Secret' ? ['data', 'stringData'] : [];
  const named = namesSecret(object);
  let changed = false;
  const fields = Object.entries(object).map(([name, field]): [string, unknown] => {
    const inner = secretData.includes(name)
      ? allConcealed(field, conceal)
      : named && valueNames.has(name.toLowerCase())
        ? allConcealed(field, conceal)
        : isSecretName(name)
          ? secretField(name, field, conceal, depth)
          : walk(field, conceal, depth + 1);
    changed ||= inner !== field;
    return [name, inner];
  });
  return changed ? Object.fromEntries(fields) : object;
}

/** What a field of a secret's name holds: the value, several, or an object that says more about it. */
function secretField(name: string, field: unknown, conceal: Conceal, depth: number): unknown {
  if (typeof field === 'string') return concealScalar(field, conceal);
  // `max_tokens: 4096` counts them.
  if (typeof field === 'number') return /s$/i.test(name) ? field : concealScalar(field, conceal);
  if (Array.isArray(field) && field.every((item) => isScalar(item))) {
    return field.length === 0 ? field : allConcealed(field, conceal);
  }
  const inner = walk(field, conceal, depth + 1);
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
  const held = Object.entries(inner).filter(([key, value]) => valueNames.has(key.toLowerCase()) && value !== null);
  if (held.length === 0) return inner;
  return { ...inner, ...Object.fromEntries(held.map(([key, value]) => [key, allConcealed(value, conceal)])) };
}

/** What a value is called beside its name, lower-case. */
const valueNames = new Set(
  'value values val old new before after from to content current previous default old_value new_value oldvalue newvalue old_values new_values plaintext'.split(
    ' ',
  ),
);

/** `{"name": "DB_PASSWORD", "value": "…"}`, `{"op": "replace", "path": "/data/password", "value": "…"}` */
function namesSecret(object: Record<string, unknown>): boolean {
  const told = ['name', 'key', 'Name', 'Key', 'variable', 'field', 'attribute', 'header', 'path']
    .map((field) => object[field])
    .find((each) => typeof each === 'string');
  return typeof told === 'string' && isSecretName(told.slice(told.lastIndexOf('/') + 1));
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
  if (!/^\s*[{[]/.test(text) || !(hasHint(text) || text.includes('\\'))) return textWithoutSecrets(text, conceal);
  try {
    const held: unknown = JSON.parse(text);
    const without = walk(held, conceal, depth + 1);
    return without === held ? text : JSON.stringify(without);
  } catch {
    return textWithoutSecrets(text, conceal);
  }
}

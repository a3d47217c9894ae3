import { parseObject, type JsonObject } from '../../json.ts';

const structured = new Set(['attachments', 'blocks', 'files', 'metadata', 'prompts', 'view']);

/** Arguments as Slack reads them: JSON, or a form whose structured fields are JSON in text. Undefined for uploads. */
export function readArguments(contentType: string, body: string): JsonObject | undefined {
  if (contentType.startsWith('application/json')) return parseObject(body) ?? {};
  if (!contentType.startsWith('application/x-www-form-urlencoded')) return undefined;
  const args: JsonObject = {};
  for (const [key, value] of new URLSearchParams(body)) {
    args[key] = structured.has(key) ? structuredValue(value) : value;
  }
  return args;
}

function structuredValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A form says `true` or `1`. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 1 || value === '1';
}

export function numberOr(value: unknown, otherwise: number): number {
  const number = Number(value);
  return value === undefined || value === '' || !Number.isFinite(number) ? otherwise : number;
}

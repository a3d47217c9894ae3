import { z } from 'zod';

/** What a button of a list asks again with. */
export interface BackportsState {
  /** Only those of who asks. */
  readonly mine: boolean;
  /** Null: of all of them. */
  readonly service: string | null;
  /** How many come before the page. */
  readonly offset: number;
}

/** Short keys: Slack keeps it in few characters. What comes back has been in other hands. */
const Encoded = z.strictObject({
  m: z.literal(1).optional(),
  s: z.string().min(1).max(200).optional(),
  o: z.int().min(0).max(1_000_000).default(0),
});

const longest = 2000;

/** Null where it does not fit: then there is no button. */
export function encodeBackports({ mine, service, offset }: BackportsState): string | null {
  const fields: z.input<typeof Encoded> = {
    ...(mine ? { m: 1 } : {}),
    ...(service === null ? {} : { s: service }),
    ...(offset === 0 ? {} : { o: offset }),
  };
  const encoded = JSON.stringify(fields);
  return encoded.length <= longest && encoded.isWellFormed() && Encoded.safeParse(fields).success ? encoded : null;
}

/** Null for anything that `encodeBackports` did not make. */
export function decodeBackports(text: string): BackportsState | null {
  const { data } = Encoded.safeParse(parsedJson(text));
  return data === undefined ? null : { mine: data.m === 1, service: data.s ?? null, offset: data.o };
}

export interface BackportChoice {
  /** What is to be done about it. */
  readonly choice: string;
  readonly id: string;
  /** The commit that was shown to whoever chose; null: none was. */
  readonly commit: string | null;
}

/** Of a menu: `<choice>:<id>`, or `<choice>:<id>:<commit>`. Null: none of ours. */
export function decodeChoice(value: string): BackportChoice | null {
  const [, choice, id, commit = null] = /^([a-z-]{1,30}):(\d{1,18})(?::([0-9a-f]{40}))?$/.exec(value) ?? [];
  return choice === undefined || id === undefined ? null : { choice, id, commit };
}

/** Of a button: `<id>`, or `<id>:<commit>`. */
export function decodeAbout(value: string): Pick<BackportChoice, 'id' | 'commit'> | null {
  return decodeChoice(`about:${value}`);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Pair, type ParityVerdict, parityVerdicts } from '../../domain/comparison/difference.ts';

/** What a button or menu of an answer asks again with. */
export interface ParityState {
  readonly pair: Pair;
  /** Null: all of them. */
  readonly service: string | null;
  /** Null: the overview. */
  readonly verdict: ParityVerdict | null;
  /** How many groups come before the page. */
  readonly offset: number;
}

const Name = z.string().min(1).max(200);

/** Short keys: Slack keeps it in few characters. What comes back has been in other hands. */
const Encoded = z.strictObject({
  r: Name,
  m: Name,
  s: Name.optional(),
  v: z.enum(parityVerdicts).optional(),
  o: z.int().min(0).max(1_000_000).default(0),
});

const longest = 2000;

/** Null where it does not fit: then there is no button. */
export function encodeParity({ pair, service, verdict, offset }: ParityState): string | null {
  const fields: z.input<typeof Encoded> = {
    r: pair.reference,
    m: pair.mirror,
    ...(service === null ? {} : { s: service }),
    ...(verdict === null ? {} : { v: verdict }),
    ...(offset === 0 ? {} : { o: offset }),
  };
  const encoded = JSON.stringify(fields);
  return encoded.length <= longest && encoded.isWellFormed() && Encoded.safeParse(fields).success ? encoded : null;
}

/** Null for anything that `encodeParity` did not make. */
export function decodeParity(text: string): ParityState | null {
  const parsed = Encoded.safeParse(parsedJson(text));
  if (!parsed.success) return null;
  const { r, m, s, v, o } = parsed.data;
  return { pair: { reference: r, mirror: m }, service: s ?? null, verdict: v ?? null, offset: o };
}

/** Of a difference or group, by which it is found again in a later report: ids may be longer than a menu holds. */
export function tokenOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 16);
}

const choices = ['explain', 'accept', 'useless'] as const;
export type ParityChoice = (typeof choices)[number];

/** The value of a button or menu about one group: `explain:<token>` and where it is. */
export function encodeAbout(choice: ParityChoice, groupId: string): string {
  return `${choice}:${tokenOf(groupId)}`;
}

export function decodeAbout(value: string): { readonly choice: ParityChoice; readonly token: string } | null {
  const [, choice, token] = /^(explain|accept|useless):([\w-]{16})$/.exec(value) ?? [];
  const known = choices.find((each) => each === choice);
  return known === undefined || token === undefined ? null : { choice: known, token };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

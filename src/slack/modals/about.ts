import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import { verdicts } from '../../domain/incidents/incident.ts';

const Id = z.string().regex(/^\d{1,18}$/);
/** Of 3,000 characters for all, in which a quotation mark takes two. */
const quotedLength = 1200;
const Name = z.string().min(1).max(200);
const ChannelId = z.string().regex(/^[A-Z0-9]{1,30}$/);

/** What a modal is about: it comes back with the submission, as text that Slack keeps. Short keys: it may hold few characters. */
const About = z.strictObject({
  /** Where it was opened from. */
  c: ChannelId.nullable(),
  i: Id.optional(),
  x: Id.optional(),
  v: z.enum(verdicts).optional(),
  /** The entry of the incident that it showed; null: there was none. */
  e: Id.nullable().optional(),
  /** The message that it was opened on: its channel and time. */
  m: z.tuple([ChannelId, z.string().regex(/^\d{1,12}\.\d{1,6}$/)]).optional(),
  /** Who wrote that message. */
  u: z.string().max(30).optional(),
  /** What that message says, as far as it fits. */
  t: z.string().max(quotedLength).optional(),
  /** What stood in the field for the beginning, in seconds. */
  s: z.int().min(0).optional(),
  /** Reference and mirror. */
  p: z.tuple([Name, Name]).optional(),
  /** Of a group of differences, by which it is found again. */
  g: z
    .string()
    .regex(/^[\w-]{16}$/)
    .optional(),
  /** An alarm about differences. */
  l: Id.optional(),
  /** A backport. */
  b: Id.optional(),
});
export type About = z.infer<typeof About>;

export function encodeAbout(about: About): string {
  return JSON.stringify(About.parse(about));
}

/** Of the text of a message, what `about` holds. */
export function quotedText(text: string): string {
  return outsideText(text.slice(0, quotedLength), quotedLength) ?? '';
}

/** Null for anything that `encodeAbout` did not make. */
export function decodeAbout(text: string): About | null {
  try {
    return About.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

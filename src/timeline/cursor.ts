import { z } from 'zod';

/** Where a page ended: the next one begins with what is older. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

const Encoded = z.tuple([z.iso.datetime(), z.string().regex(/^\d{1,18}$/)]);

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.at.toISOString(), cursor.id])).toString('base64url');
}

/** Null for anything that `encodeCursor` could not have made. */
export function decodeCursor(text: string): Cursor | null {
  if (text.length > 200) return null;
  try {
    const parsed = Encoded.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return parsed.success ? { at: new Date(parsed.data[0]), id: parsed.data[1] } : null;
  } catch {
    return null;
  }
}

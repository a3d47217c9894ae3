import { newId } from '../channel-changes.ts';

interface Upload {
  readonly name: string;
  /** Null until it is uploaded. */
  readonly content: Buffer | null;
}

export type Uploads = ReturnType<typeof createUploads>;

/** Files between the first and the last of the three calls that share them. */
export function createUploads(addressOf: (id: string) => string) {
  const uploads = new Map<string, Upload>();
  const finished = new Set<string>();
  return {
    begin: (name: string): { readonly id: string; readonly url: string } => {
      const id = newId('F');
      uploads.set(id, { name, content: null });
      return { id, url: addressOf(id) };
    },
    /** False when nobody asked for the address. */
    receive: (id: string, content: Buffer): boolean => {
      const upload = uploads.get(id);
      if (upload === undefined) return false;
      uploads.set(id, { ...upload, content });
      return true;
    },
    /** Undefined when nothing was uploaded. */
    find: (id: string): { readonly name: string; readonly content: Buffer } | undefined => {
      const { name = '', content = null } = uploads.get(id) ?? {};
      return content === null ? undefined : { name, content };
    },
    finish: (id: string): void => {
      uploads.delete(id);
      finished.add(id);
    },
    /** Whether a message may show it. */
    isFinished: (id: string): boolean => finished.has(id),
  };
}

/** A file comes as it is, or as the only part of a form. */
export async function uploadedContent(contentType: string, body: Buffer): Promise<Buffer> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const [part = ''] = form.values();
  return typeof part === 'string' ? Buffer.from(part) : Buffer.from(await part.arrayBuffer());
}

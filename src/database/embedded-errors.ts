import { statfsSync } from 'node:fs';
import { z } from 'zod';

const Failure = z.object({
  code: z.union([z.string(), z.number()]).optional(),
  message: z.string().optional(),
  stderr: z.string().optional(),
});

const DISK_FULL = 'The disk is full: make room, or put DATA_DIR elsewhere.';

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/i, DISK_FULL],
  [/spawn \S+ ENOENT/, 'A program that it needs is not installed (mkfifo, sh): install it, or set DATABASE_URL.'],
  [/EROFS|Read-only file system/i, 'The disk is read-only: put DATA_DIR where files can be written.'],
  [
    /EACCES|EPERM|Permission denied|has wrong ownership/i,
    'It belongs to another user: run as that user, give it to this one (chown -R), or put DATA_DIR elsewhere.',
  ],
  [/ENOENT/, 'Nothing can be made there: put DATA_DIR where files can be written.'],
  [/ENOTDIR|EEXIST/, 'Something else is in its place: move it away, or put DATA_DIR elsewhere.'],
  [
    /could not (create|map|resize).* shared memory|Cannot allocate memory/i,
    'There is not enough (shared) memory: give the machine or container more, or set DATABASE_URL.',
  ],
];

interface Circumstances {
  /** What PostgreSQL printed. */
  readonly printed?: string;
  /** An existing folder on the disk in question: PostgreSQL does not always say that it was full. */
  readonly folder?: string;
}

/** One sentence that says what failed and what to do, from an error and what is known beside it. */
export function explained(what: string, cause: unknown, { printed = '', folder }: Circumstances = {}): Error {
  const { code, message, stderr } = Failure.safeParse(cause).data ?? {};
  const text = [code, message, stderr, printed].filter((part) => part !== undefined).join('\n');
  const advice = ADVICE.find(([pattern]) => pattern.test(text))?.[1] ?? (isFull(folder) ? DISK_FULL : null);
  return new Error(`${what}. ${advice ?? lastComplaint(`${stderr ?? ''}\n${printed}`)}`.trim(), { cause });
}

/** A new database takes 40 MB. */
const LITTLE = 50_000_000;

function isFull(folder: string | undefined): boolean {
  if (folder === undefined) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < LITTLE;
}

function lastComplaint(text: string): string {
  const lines = text.split('\n').filter((line) => /FATAL|PANIC|error/i.test(line));
  return lines.at(-1)?.trim().slice(0, 500) ?? '';
}

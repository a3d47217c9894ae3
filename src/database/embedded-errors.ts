import { z } from 'zod';

const Failure = z.object({
  code: z.union([z.string(), z.number()]).optional(),
  stderr: z.string().optional(),
});

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/i,
    'The disk is full: make room, or put DATA_DIR elsewhere.',
  ],
  [/EROFS|Read-only file system/i, 'The disk is read-only: put DATA_DIR where files can be written.'],
  [
    /EACCES|EPERM|Permission denied|has wrong ownership/i,
    'It belongs to another user: run as that user, give it to this one (chown -R), or put DATA_DIR elsewhere.',
  ],
  [/ENOTDIR|EEXIST|ENOENT/, 'Something else is in its place: move it away, or put DATA_DIR elsewhere.'],
  [
    /could not (create|map|resize).* shared memory|Cannot allocate memory/i,
    'There is not enough (shared) memory: give the machine or container more, or set DATABASE_URL.',
  ],
];

/** One sentence that says what failed and what to do, from an error or from what PostgreSQL printed. */
export function explained(what: string, cause: unknown, printed = ''): Error {
  const failure = Failure.safeParse(cause).data;
  const text = [failure?.code, failure?.stderr, printed].filter((part) => part !== undefined).join('\n');
  const advice = ADVICE.find(([pattern]) => pattern.test(text))?.[1];
  return new Error(`${what}. ${advice ?? lastComplaint(text)}`.trim(), { cause });
}

function lastComplaint(text: string): string {
  const lines = text.split('\n').filter((line) => /FATAL|PANIC|error/i.test(line));
  return lines.at(-1)?.trim().slice(0, 500) ?? '';
}

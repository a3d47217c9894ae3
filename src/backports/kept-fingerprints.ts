import { type Kysely, type Selectable, sql } from 'kysely';
import type { CommitFingerprints } from '../database/backport-tables.ts';
import type { Schema } from '../database/schema.ts';
import type { Fingerprint } from '../domain/evidence/fingerprint.ts';
import type { Lines } from '../domain/evidence/lines.ts';
import { firstCodePoints } from '../domain/outside-text.ts';

/** Where fingerprints are kept, so that each is computed once. */
export interface KeptFingerprints {
  /** Those that are there. */
  load(commits: readonly string[], take: (print: Fingerprint) => void): Promise<void>;
  /** Any number at a time, also such that are there. */
  keep(prints: readonly Fingerprint[]): Promise<void>;
}

/** Of the rules by which fingerprints are computed: what other rules computed is computed again. */
const version = 2;
/** Of which nothing depends on more: names stand at the beginning. */
const longestMessage = 100_000;
const atOnce = 500;

export function keptFingerprints(db: Kysely<Schema>, repository: string): KeptFingerprints {
  return {
    async load(commits, take) {
      for (let from = 0; from < commits.length; from += atOnce) {
        const rows = await db
          .selectFrom('commit_fingerprints')
          .selectAll()
          .where('repository', '=', repository)
          .where(sql<boolean>`commit = any(${commits.slice(from, from + atOnce)}::text[])`)
          .where('version', '=', version)
          .execute();
        for (const row of rows) take(printOf(row));
      }
    },
    async keep(prints) {
      for (let from = 0; from < prints.length; from += atOnce) {
        const rows = prints.slice(from, from + atOnce).map((print) => rowOf(repository, print));
        // In one order everywhere: two processes that keep the same must not wait for each other.
        await db
          .insertInto('commit_fingerprints')
          .values(rows.toSorted((a, b) => (a.commit < b.commit ? -1 : 1)))
          .onConflict((conflict) =>
            conflict
              .columns(['repository', 'commit'])
              .doUpdateSet((eb) => ({
                version: eb.ref('excluded.version'),
                message: eb.ref('excluded.message'),
                patch: eb.ref('excluded.patch'),
                bare_patch: eb.ref('excluded.bare_patch'),
                lines: eb.ref('excluded.lines'),
                size: eb.ref('excluded.size'),
                files: eb.ref('excluded.files'),
                is_binary: eb.ref('excluded.is_binary'),
              }))
              .where(sql<boolean>`commit_fingerprints.version < excluded.version`),
          )
          .execute();
      }
    },
  };
}

/** As `kept`, for one look: what was read of it once is at hand from then on. */
export function heldFingerprints(kept: KeptFingerprints): KeptFingerprints {
  const held = new Map<string, Fingerprint>();
  const hold = (print: Fingerprint) => held.set(print.commit, print);
  return {
    async load(commits, take) {
      await kept.load(
        commits.filter((commit) => !held.has(commit)),
        hold,
      );
      for (const commit of commits) {
        const print = held.get(commit);
        if (print !== undefined) take(print);
      }
    },
    async keep(prints) {
      await kept.keep(prints);
      for (const print of prints) hold(print);
    },
  };
}

function rowOf(repository: string, print: Fingerprint) {
  const { commit, parents, author, authoredAt, message, patch, barePatch, lines, size, files, binary } = print;
  return {
    repository,
    commit,
    version,
    parents: [...parents],
    author: storable(author),
    authored_at: String(authoredAt),
    message: firstCodePoints(storable(message), longestMessage),
    patch,
    bare_patch: barePatch,
    lines: bytesOf(lines),
    size,
    files: files.map(storable),
    is_binary: binary,
  };
}

function printOf(row: Selectable<CommitFingerprints>): Fingerprint {
  return {
    commit: row.commit,
    parents: row.parents,
    author: row.author,
    authoredAt: Number(row.authored_at),
    message: row.message,
    patch: row.patch,
    barePatch: row.bare_patch,
    lines: linesIn(row.lines),
    size: row.size,
    files: row.files,
    binary: row.is_binary,
  };
}

const entry = 12;

function bytesOf({ keys, times }: Lines): Buffer {
  const bytes = Buffer.allocUnsafe(keys.length * entry);
  for (const [index, key] of keys.entries()) {
    bytes.writeDoubleLE(key, index * entry);
    bytes.writeUInt32LE(times[index] ?? 0, index * entry + 8);
  }
  return bytes;
}

function linesIn(bytes: Buffer): Lines {
  const count = bytes.length / entry;
  const lines = { keys: new Float64Array(count), times: new Uint16Array(count) };
  for (let index = 0; index < count; index += 1) {
    lines.keys[index] = bytes.readDoubleLE(index * entry);
    lines.times[index] = bytes.readUInt32LE(index * entry + 8);
  }
  return lines;
}

/** PostgreSQL stores no NUL. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

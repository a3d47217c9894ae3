import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';

interface Part {
  readonly ok: boolean;
  /** For people; absent when all is well. */
  readonly reason?: string;
}

/** Whether requests can be served, and if not why; also the JSON of `GET /readyz`. */
export interface Readiness {
  readonly ready: boolean;
  readonly database: Part;
  readonly migrations: Part;
  readonly jobs: Part;
  /** Whether those in force are what the file says now. If not, we are no less ready. */
  readonly settings: Part;
  /** Deliveries that wait for a replay. They do not make us less ready. Null when the database cannot be asked. */
  readonly failed_deliveries: number | null;
}

export interface ReadinessDependencies {
  readonly db: Kysely<Schema>;
  /** Names of the migrations that the database still lacks. */
  readonly pendingMigrations: (db: Kysely<Schema>) => Promise<readonly string[]>;
  /** Null while jobs run; otherwise why not. */
  readonly jobs: () => string | null;
  /** Null: those in force are what the file says. Otherwise why not. */
  readonly settings?: () => string | null;
}

/** Milliseconds after which a database that does not answer counts as away. */
const patience = 2000;

export async function readinessOf({
  db,
  pendingMigrations,
  jobs,
  settings = () => null,
}: ReadinessDependencies): Promise<Readiness> {
  const jobsPart = partOf(jobs());
  const settingsPart = partOf(settings());
  const asked = await within(patience, async () => ({
    pending: await pendingMigrations(db),
    failed: await failedDeliveries(db),
  }));
  if (asked.outcome === 'failed') {
    const unknown = { ok: false, reason: 'the database cannot be asked' };
    const database = { ok: false, reason: asked.reason };
    return {
      ready: false,
      database,
      migrations: unknown,
      jobs: jobsPart,
      settings: settingsPart,
      failed_deliveries: null,
    };
  }
  const { pending, failed } = asked.value;
  const migrations = pending.length === 0 ? { ok: true } : { ok: false, reason: `not applied: ${pending.join(', ')}` };
  return {
    ready: migrations.ok && jobsPart.ok,
    database: { ok: true },
    migrations,
    jobs: jobsPart,
    settings: settingsPart,
    failed_deliveries: failed,
  };
}

function partOf(problem: string | null): Part {
  return problem === null ? { ok: true } : { ok: false, reason: problem };
}

export async function failedDeliveries(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from deliveries where outcome = 'failed'
  `.execute(db);
  return rows[0]?.count ?? 0;
}

type Asked<T> = { readonly outcome: 'ok'; readonly value: T } | { readonly outcome: 'failed'; readonly reason: string };

async function within<T>(milliseconds: number, ask: () => Promise<T>): Promise<Asked<T>> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<Asked<T>>((resolve) => {
    timer = setTimeout(() => resolve({ outcome: 'failed', reason: 'the database does not answer' }), milliseconds);
  });
  const asked = ask().then(
    (value): Asked<T> => ({ outcome: 'ok', value }),
    (error: unknown): Asked<T> => ({ outcome: 'failed', reason: reasonOf(error) }),
  );
  try {
    return await Promise.race([asked, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Codes, not messages: `GET /readyz` is open to everyone, and a message may name hosts and users. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? `the database refuses (${code})` : 'the database cannot be reached';
}

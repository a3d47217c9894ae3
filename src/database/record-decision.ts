import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** What somebody decided, and why. */
export interface Decision {
  readonly at: Date;
  /** `override`, `settings-changed` … */
  readonly kind: string;
  /** A member id of Slack, `api:<token's name>`, or `<user>@<host>`. */
  readonly actor: string;
  /** `change 1337`, `INC-42`, `settings` … */
  readonly about: string;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Keeps a decision for which no table of its own has a trigger (migrations/0027-ledger.sql). In the transaction of the
 * caller, so that nothing is decided that is not audited.
 */
export async function recordDecision(db: Kysely<Schema>, decision: Decision): Promise<void> {
  const { at, kind, actor, about, reason, details } = decision;
  await sql`
    select audit(${at}::timestamptz, ${kind}::text, ${actor}::text, ${about}::text, ${reason}::text,
      ${JSON.stringify(details)}::jsonb)
  `.execute(db);
}

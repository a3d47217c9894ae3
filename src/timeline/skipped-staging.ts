import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Change } from '../domain/change.ts';
import type { Risk } from '../domain/risk.ts';
import { type BackgroundDependencies, thoseThatSkipped } from './suspect-background.ts';

/**
 * The same changes, with the risk of each deploy that was in no mirror of its environment before. Looked up when asked:
 * the mirror's deploy may be told late.
 */
export async function withSkippedStaging(
  db: Kysely<Schema>,
  changes: readonly Change[],
  mirrors: BackgroundDependencies['mirrors'],
): Promise<readonly Change[]> {
  const took = changes.filter(({ status }) => status !== 'failed' && status !== 'cancelled');
  const skipped = new Map((await thoseThatSkipped(db, mirrors, took)).map((each) => [each.id, each]));
  return changes.map((change) => {
    const found = skipped.get(change.id);
    return found === undefined
      ? change
      : { ...change, risks: [...change.risks, riskOf(change, mirrors, found.mirrored)] };
  });
}

function riskOf({ environment }: Change, mirrors: BackgroundDependencies['mirrors'], mirrored: boolean): Risk {
  const names = mirrors.get(environment ?? '') ?? [];
  const mirror = names.length === 1 ? names.join('') : 'its mirrors';
  const text = mirrored ? `was in ${environment} before ${mirror}` : `skipped ${mirror}`;
  return { name: 'skipped-staging', text };
}

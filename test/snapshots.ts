import { catalogOf, readSettings } from '../src/config/settings.ts';
import type { Change } from '../src/domain/change.ts';
import type { Fact, Snapshot } from '../src/domain/facts/fact.ts';
import { createIngest } from '../src/ingest/ingest.ts';
import { settleDrift } from '../src/parity/settle-drift.ts';
import { type Stored, storeSnapshot } from '../src/parity/store-snapshot.ts';
import { api } from '../src/sources/generic-change.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { openSource } from '../src/sources/reading/open.ts';
import { parityContext } from '../src/start/parity.ts';
import { changeColumns, changeOfRow } from '../src/timeline/change-of-row.ts';
import { type TestDatabase, emptyTables } from './database.ts';

const usual = `
environments: { production: {}, staging: {} }
services: { checkout: { aliases: [shop-checkout] }, search: {} }
ignore: [{ facet: config, key: '*.timestamp' }]
`;

/** 20 November 2026, at this minute after 14:00 UTC. */
export function at(minute: number): Date {
  return new Date(Date.UTC(2026, 10, 20, 14, minute));
}

/** What stores snapshots and settles drift, at times that the test says, without jobs. */
export function snapshotStore(
  { db }: TestDatabase,
  { settings: yaml = usual, hmacKey = 'key' }: { readonly settings?: string; readonly hmacKey?: string | null } = {},
) {
  const read = readSettings(yaml);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  const { settings } = read;
  const catalog = catalogOf(settings);
  const conceal = concealWith(hmacKey);
  let now = at(0);
  const ingest = createIngest({ db, catalog, now: () => now, react: () => Promise.resolve() });
  const context = parityContext({ db, configuration: { settings, catalog }, conceal, ingest, now: () => now });
  const source = openSource(api, { secrets: [], catalog, conceal });

  async function changes(): Promise<readonly Change[]> {
    const rows = await db
      .selectFrom('changes')
      .select(changeColumns)
      .where('at', 'is not', null)
      .orderBy('id')
      .execute();
    return rows.map((row) => changeOfRow(row, catalog));
  }

  return {
    context,
    /** Stores at the minute at which it was taken; a number of seconds of its own is `takenAt`. */
    store(minute: number, facts: readonly Fact[], given: Partial<Snapshot> = {}): Promise<Stored> {
      now = at(minute);
      return storeSnapshot(context, aSnapshot(minute, facts, given), now);
    },
    /** As the job does. */
    async settle(minute: number): Promise<void> {
      now = at(minute);
      await settleDrift(context, now);
    },
    /** As somebody who posts to `/api/changes` does. */
    async tell(change: Readonly<Record<string, unknown>>): Promise<void> {
      const body = Buffer.from(JSON.stringify({ environment: 'production', service: 'checkout', ...change }));
      await ingest.ingest(source, { headers: {}, body, receivedAt: now });
    },
    changes,
    async drifts(): Promise<readonly Change[]> {
      return (await changes()).filter(({ kind }) => kind === 'drift');
    },
    async clear(): Promise<void> {
      await emptyTables(db, 'drifts, facts, snapshots, changes, identities, mentions, delivery_keys, aliases');
    },
  };
}

export function aSnapshot(minute: number, facts: readonly Fact[], given: Partial<Snapshot> = {}): Snapshot {
  return {
    environment: 'production',
    collector: 'dotenv',
    collectorVersion: '1',
    takenAt: at(minute).toISOString(),
    complete: true,
    notSeen: [],
    facts,
    ...given,
  };
}

/** A variable of checkout. */
export function env(key: string, value: Fact['value'], service: string | null = 'checkout'): Fact {
  return { service, facet: 'env', key, value };
}

/** So many variables that nothing is lost when one is. */
export function variables(count: number, value = 'x', prefix = 'SETTING_'): readonly Fact[] {
  return Array.from({ length: count }, (_, index) => env(`${prefix}${index}`, value));
}

import { type Kysely, sql } from 'kysely';
import { pino } from 'pino';
import { openDatabase } from '../../src/database/pool.ts';
import type { Schema } from '../../src/database/schema.ts';
import { freshDatabase } from '../database.ts';
import { type Row, printed } from '../table.ts';
import { measureDigestsBesideCards } from './beside-cards.ts';
import { measureComputed } from './computed.ts';
import { fillDigestWorld, services } from './fill.ts';
import { measureHome } from './home.ts';
import { measureSubscriptions } from './subscriptions.ts';
import { startDigestWorld } from './world.ts';

interface Options {
  readonly changes: number;
  readonly report: (text: string) => void;
}

/** Over a long and dense history: digests, the Home tab, and that neither digests nor subscriptions delay a card. */
export async function measureDigest(server: string, options: Options): Promise<readonly Row[]> {
  const url = await freshDatabase(server, 'bench_digest');
  await fillDigestWorld(url, options.changes, options.report);
  return measureFilled(url, options);
}

export async function measureFilled(url: string, { changes, report }: Options): Promise<readonly Row[]> {
  await using database = await openDatabase({ url, dataDir: '', size: 4, log: pino({ enabled: false }) });
  const { db } = database;
  const history = `${changes.toLocaleString('en')} changes, ${services} services`;
  const computed = await measureComputed(db, history);
  report(printed(computed));
  await holdDigests(db);
  await using world = await startDigestWorld(url);
  const home = await measureHome(db, world);
  report(printed(home));
  const beside = await measureDigestsBesideCards(db, world);
  report(printed(beside));
  const subscriptions = await measureSubscriptions(db, world);
  return [...computed, ...home, ...beside, ...subscriptions];
}

/** Until the bench wants them, nobody's digest is due. */
async function holdDigests(db: Kysely<Schema>): Promise<void> {
  await sql`
    insert into digest_channels (named, since)
    select named, now() + interval '1 day' from unnest(array['#parity'] || array(select '#team-' || n from generate_series(1, 49) as n)) as named
  `.execute(db);
}

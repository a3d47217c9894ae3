import { setTimeout as pause } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../src/database/schema.ts';
import { enqueue } from '../../src/jobs/enqueue.ts';
import { cardOfChannel } from '../incidents/cards.ts';
import { type Row, median, percentile } from '../table.ts';
import { type DigestWorld, channels } from './world.ts';

const patience = 180_000;
const each = 20;
/** Of cards alone Slack would take no more in a minute. */
const between = 1000;
/** Of digests whose channels refuse them. */
const wait = 20;
/** Milliseconds until Slack takes a digest, where it is slow. */
const slow = 5000;

interface Card {
  readonly begun: number;
  readonly took: number;
}

/** How soon a card stands in the channel of a new incident: alone, and while fifty channels get their digests. */
export async function measureDigestsBesideCards(db: Kysely<Schema>, digestWorld: DigestWorld): Promise<readonly Row[]> {
  const { limits } = digestWorld;
  const alone = await cards(digestWorld, 'alone', (made) => Promise.resolve(made.length >= each));
  const began = performance.now();
  await tellDigests(db);
  const beside = await cards(digestWorld, 'beside', async () => (await told(db)) >= channels / 2);
  const half = performance.now() - began;
  const waiting = new Set(
    (await db.selectFrom('digests').select('channel').where('state', '!=', 'told').execute()).map(
      ({ channel }) => channel,
    ),
  );
  limits.treat(waiting, { wait });
  const refused = await cards(digestWorld, 'refused', (made) => Promise.resolve(made.length >= each));
  limits.treat(waiting, { late: slow });
  const late = await cards(digestWorld, 'late', (made) => Promise.resolve(made.length >= each));
  limits.treat(waiting, null);
  const until = performance.now() + patience;
  while ((await told(db)) < channels && performance.now() < until) await pause(500);
  const row = (name: string, made: readonly Card[]): readonly Row[] => {
    const times = made.map(({ took }) => took);
    return [
      { name: `card: ${name}, median of ${made.length}`, value: median(times), unit: 'ms' },
      { name: `card: ${name}, p95`, value: percentile(times, 95), unit: 'ms' },
      { name: `card: ${name}, most`, value: Math.max(...times), unit: 'ms', atMost: 3000 },
    ];
  };
  return [
    ...row('alone', alone),
    ...row(`while the digests of ${channels} channels are computed and told`, beside),
    ...row(`while Slack refuses digests for ${wait} s`, refused),
    ...row(`while Slack takes ${slow / 1000} s for each digest`, late),
    { name: `digests: ${channels / 2} channels told after`, value: half / 1000, unit: 's' },
    { name: 'digests: told in the end', value: await told(db), unit: '', atLeast: channels },
  ];
}

let made = 0;

async function cards(
  { world }: DigestWorld,
  what: string,
  isEnough: (made: readonly Card[]) => Promise<boolean>,
): Promise<readonly Card[]> {
  const found: Card[] = [];
  const until = performance.now() + patience;
  while (!(await isEnough(found)) && performance.now() < until) {
    made += 1;
    const begun = performance.now();
    await cardOfChannel(world, `inc-${made}-${what}-service-${made % 20}-errors-${made}`);
    found.push({ begun, took: performance.now() - begun });
    await pause(between);
  }
  return found;
}

/** They are due since midnight, and their channels known since yesterday. */
async function tellDigests(db: Kysely<Schema>): Promise<void> {
  await sql`update digest_channels set since = now() - interval '2 days'`.execute(db);
  await enqueue(db, 'tend-digests', {});
}

async function told(db: Kysely<Schema>): Promise<number> {
  const { count } = await db
    .selectFrom('digests')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('state', '=', 'told')
    .executeTakeFirstOrThrow();
  return Number(count);
}

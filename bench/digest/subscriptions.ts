import { setTimeout as pause } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../src/database/schema.ts';
import { cardOfChannel, timed } from '../incidents/cards.ts';
import { type Row, median, percentile } from '../table.ts';
import { type DigestWorld, others, subscribedChannels } from './world.ts';

const inChannel = 5;
const all = others * inChannel;
const deploys = 20;
/** They are told at a pace: five hundred within three and a half minutes. */
const patience = 300_000;

/** One deploy that five hundred subscriptions tell: what that costs whoever reports deploys, and cards meanwhile. */
export async function measureSubscriptions(db: Kysely<Schema>, { world }: DigestWorld): Promise<readonly Row[]> {
  let [version, incident] = [0, 0];
  const deploy = (service: string) => world.deploy(service, `20.${(version += 1)}.0`);
  const card = () => cardOfChannel(world, `inc-${(incident += 1)}-told-service-${incident % 20}-errors-${incident}`);
  await timed(5, () => deploy('service-60'));
  const before = await timed(deploys, () => deploy('service-60'));
  const alone = await timed(deploys, card);
  await subscribe(db, world);
  const after = await timed(deploys, () => deploy('service-60'));
  const from = world.slack.calls.length;
  await deploy('service-7');
  const begun = performance.now();
  const beside: number[] = [];
  const told: number[] = [];
  let seen = from;
  while (told.length < all && performance.now() - begun < patience) {
    if (beside.length < 3 * deploys) beside.push(await timeOf(card));
    else await pause(20);
    for (; seen < world.slack.calls.length; seen += 1) {
      const call = world.slack.calls[seen];
      const isTold = call?.method === 'chat.postMessage' && channelsOf(world).has(String(call.args['channel']));
      if (isTold && call.status === 200) told.push(call.at.getTime());
    }
  }
  const took = (performance.now() - begun) / 1000;
  return [
    { name: 'subscriptions: a deploy taken, none, median', value: median(before), unit: 'ms' },
    { name: `subscriptions: a deploy taken, ${all}, median`, value: median(after), unit: 'ms' },
    { name: 'subscriptions: ratio of the medians', value: median(after) / median(before), unit: '', atMost: 1.5 },
    { name: 'card: before, median', value: median(alone), unit: 'ms' },
    { name: 'card: before, p95', value: percentile(alone, 95), unit: 'ms' },
    { name: `card: while ${all} are told, median of ${beside.length}`, value: median(beside), unit: 'ms' },
    { name: `card: while ${all} are told, p95`, value: percentile(beside, 95), unit: 'ms' },
    { name: `card: while ${all} are told, most`, value: Math.max(...beside), unit: 'ms', atMost: 3000 },
    { name: 'subscriptions: told of one deploy', value: told.length, unit: '', atLeast: all },
    { name: 'subscriptions: told after', value: took, unit: 's' },
  ];
}

/** Infinite: it did not come. */
async function timeOf(card: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  try {
    await card();
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  await pause(100);
  return performance.now() - begun;
}

function channelsOf({ slack }: DigestWorld['world']): ReadonlySet<string> {
  const names = new Set(subscribedChannels());
  return new Set(slack.workspace.channels.filter(({ name }) => names.has(name)).map(({ id }) => id));
}

/** Each other by what it asks for; all tell a deploy of this service that went well. */
async function subscribe(db: Kysely<Schema>, world: DigestWorld['world']): Promise<void> {
  await sql`
    insert into subscriptions (channel_id, environments, services, kinds, statuses, filter_key, made_by, made_by_name,
      made_at, tells_from, notice_settled)
    select channel, '{}', '{service-7}', '{deploy}',
      case n when 0 then '{succeeded}' when 1 then '{started,succeeded}' when 2 then '{succeeded,failed}'
        when 3 then '{succeeded,cancelled}' else '{}' end::text[], sha256(n::text::bytea), 'U1', 'Ada', now(),
      now() - interval '1 minute', true
    from unnest(${[...channelsOf(world)]}::text[]) as channel, generate_series(0, ${sql.lit(inChannel - 1)}) as n
  `.execute(db);
}

import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../src/database/schema.ts';
import { timed } from '../incidents/cards.ts';
import { sendSteadily } from '../incidents/load.ts';
import { secret } from '../incidents/world.ts';
import { type Row, median, percentile } from '../table.ts';
import type { DigestWorld } from './world.ts';

const opened = 40;

/**
 * From the signed event that the Home tab was opened until Slack has it, for somebody who looks after ten services and
 * has merged 300 times. Beside it the least that this can be: the newest changes of a day read, and a Home tab published.
 */
export async function measureHome(db: Kysely<Schema>, { world, limits }: DigestWorld): Promise<readonly Row[]> {
  const { slack } = world;
  const published = () => slack.calls.filter(({ method, status }) => method === 'views.publish' && status === 200);
  const open = async () => {
    const before = published().length;
    await slack.openHome('ada');
    while (published().length === before) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  // Something has come, so that nobody is told how to begin.
  await world.deploy('service-60', '1.0.1');
  await sendSteadily(world.address, { secret, perSecond: 10, most: 1 }).stop();
  // Warms caches, and has the newcomer welcomed.
  await timed(5, open);
  const whole = await timed(opened, open);
  const view = published().at(-1)?.args['view'];
  const text = JSON.stringify(view);
  for (const part of ['Mend', 'service-9', 'Fix ']) {
    if (!text.includes(part)) throw new Error(`the Home tab has no ${part}: ${text.slice(0, 9000)}`);
  }
  const person = slack.workspace.people.find(({ name }) => name === 'ada');
  const body = JSON.stringify({ user_id: person?.id, view: { type: 'home', blocks: [] } });
  const bare = await timed(opened, async () => {
    await sql`
      select id, at, title from changes where environment = 'production' and at > now() - interval '1 day'
      order by at desc, id desc limit 20
    `.execute(db);
    const answer = await fetch(`${limits.apiUrl}views.publish`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-bench' },
      body,
    });
    await answer.text();
  });
  return [
    { name: 'home: from opened to published, median', value: median(whole), unit: 'ms', atMost: 300 },
    { name: 'home: from opened to published, p95', value: percentile(whole, 95), unit: 'ms', atMost: 300 },
    { name: 'home: newest changes read and a bare Home tab published, median', value: median(bare), unit: 'ms' },
    { name: 'home: ratio of the medians', value: median(whole) / median(bare), unit: '' },
  ];
}

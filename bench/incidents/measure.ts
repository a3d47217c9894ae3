import { setTimeout as pause } from 'node:timers/promises';
import { type Row, median, percentile } from '../table.ts';
import { cardOfChannel, timed, written } from './cards.ts';
import { sendSteadily } from './load.ts';
import { type IncidentWorld, secret, startIncidentWorld } from './world.ts';

const perSecond = 50;
/** Half of them by a channel, half by a page, until a hundred are open. */
const each = 50;
/** Of the history that is filled in, that channels are made for. Those that pages are about are others. */
const services = 20;
const seen = 30;
/** Pages that come while edits of many cards wait for their turns in the channel that they share. */
const late = 10;
/** Milliseconds for which writes to Slack are counted while a hundred incidents are open. */
const watched = 20_000;

/**
 * With a long history and deliveries arriving: how soon a card stands in the emulated Slack after a channel was made or
 * a page came, how soon a change shows on it, and how often Slack is written to while a hundred incidents are open.
 * Beside it, what one message takes in the same Slack at the same time.
 */
export async function measureIncidents(
  server: string,
  options: { readonly changes: number; readonly report: (text: string) => void },
): Promise<readonly Row[]> {
  const world = await startIncidentWorld(server, options);
  try {
    const load = sendSteadily(world.address, { secret, perSecond, most: 15_000 });
    const bare = await timed(each, (n) => say(world, `bare ${n}`));
    const byChannel = await timed(each, (n) => cardOfChannel(world, `inc-${n}-service-${n % services}-errors-${n}`));
    for (let n = 0; n < each; n += 1) await world.deploy(pagedService(n), '1.0.0');
    const byPage = await timed(each, (n) => cardOfPage(world, n));
    const shown = await timed(seen, (n) => changeShown(world, n));
    const busiest = await busiestChannel(world);
    const behind = await timed(late, (n) => cardOfPage(world, each + n));
    const refused = await load.stop();
    const history = `${options.changes.toLocaleString('en')} changes and ${perSecond} deliveries/s`;
    return [
      { name: 'incidents: one message in the emulated Slack, median', value: median(bare), unit: 'ms' },
      {
        name: `incidents: card after a channel, ${history}, p99`,
        value: percentile(byChannel, 99),
        unit: 'ms',
        atMost: 3000,
      },
      { name: 'incidents: card after a channel, median', value: median(byChannel), unit: 'ms' },
      { name: 'incidents: card after a page, p99', value: percentile(byPage, 99), unit: 'ms', atMost: 3000 },
      { name: 'incidents: card after a page, median', value: median(byPage), unit: 'ms' },
      { name: 'incidents: change on an open card, p99', value: percentile(shown, 99), unit: 'ms', atMost: 5000 },
      { name: 'incidents: change on an open card, median', value: median(shown), unit: 'ms' },
      { name: 'incidents: most writes to one channel in a second, 100 open', value: busiest, unit: '', atMost: 1 },
      {
        name: 'incidents: card after a page where edits wait, most',
        value: Math.max(...behind),
        unit: 'ms',
        atMost: 3000,
      },
      { name: 'incidents: deliveries not answered 202 meanwhile', value: refused, unit: '', atMost: 0 },
    ];
  } finally {
    await world.close();
  }
}

async function say({ slack }: IncidentWorld, text: string): Promise<void> {
  await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-bench' },
    body: JSON.stringify({ channel: 'incidents', text }),
  });
}

async function cardOfPage(world: IncidentWorld, n: number): Promise<void> {
  const service = pagedService(n);
  await world.page(9000 + n, service);
  await written(
    world,
    ({ method, args }) => method === 'chat.postMessage' && String(args['text']).includes(`${service} is down`),
  );
}

/** Named by one word each: what differs in a number only is one fault, by the rules that join alerts. */
function pagedService(n: number): string {
  const consonants = 'bdfgklmnrt';
  return `${consonants.charAt(n % 10)}${'aeiouy'.charAt(Math.floor(n / 10))}storo`;
}

async function changeShown(world: IncidentWorld, n: number): Promise<void> {
  const version = `9.${n}.0`;
  await world.deploy(`service-${n % services}`, version);
  await written(
    world,
    ({ method, args }) =>
      (method === 'chat.update' || method === 'chat.postMessage') && JSON.stringify(args).includes(version),
  );
}

/** Up to forty deploys of affected services a second: the most messages and edits that one channel got in any second. */
async function busiestChannel(world: IncidentWorld): Promise<number> {
  const from = world.slack.calls.length;
  const until = performance.now() + watched;
  for (let n = 0; performance.now() < until; n += 1) {
    await world.deploy(n % 2 === 0 ? `service-${n % services}` : pagedService(n % each), `10.${n}.0`);
    await pause(25);
  }
  const writes = world.slack.calls
    .slice(from)
    .filter(({ method }) => method === 'chat.update' || method === 'chat.postMessage')
    .map(({ args, at }) => ({ channel: String(args['channel']), at: at.getTime() }));
  return Math.max(0, ...[...Map.groupBy(writes, ({ channel }) => channel).values()].map(mostInASecond));
}

function mostInASecond(writes: readonly { readonly at: number }[]): number {
  const times = writes.map(({ at }) => at).toSorted((a, b) => a - b);
  // A second as Slack's limit counts it, less what the way there may shift.
  return Math.max(...times.map((time, index) => times.slice(index).filter((each) => each < time + 900).length));
}

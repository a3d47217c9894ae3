import { setTimeout as delay } from 'node:timers/promises';
import { awaited } from './awaited.ts';
import { isObject, parseObject, textOf } from './json.ts';
import { personOf, type Message } from './slack/workspace.ts';
import { openPast } from './past.ts';
import { type SeenRun, type SeenSnapshot, nextRun, runsUntil } from './story/snapshots.ts';
import { renderInTerminal } from './terminal.ts';
import type { World } from './world.ts';

/** Nobody could say how these came to differ; everything else is known or meant. */
const culprits: readonly (readonly [what: string, said: RegExp])[] = [
  ['the variable that is another', /PAYMENT_TIMEOUT[^]*30s[^]*5s/],
  ['the library of another version', /openssl[^]*3\.0\.11[^]*3\.0\.15/],
  ['the patch by hand', /proxy_read_timeout[^]*300s[^]*60s/],
];

/**
 * Months of snapshots, one run after the other. At the end of each week the environments are compared, as the service does
 * several times a day: what was known then is kept as the score of that day.
 */
export async function tellMonths(world: World): Promise<void> {
  await using past = await openPast(world);
  let drifts = 0;
  for (const run of runsUntil(world.now)) {
    await post(world, run);
    if (run.drifts > drifts) await driftIs(world, run.drifts);
    drifts = run.drifts;
    if (run.endsWeek) await past.compareAt(run.at);
  }
}

/** Asks `/parity`. Throws when it does not name the three culprits and only them. */
export async function askParity(world: World, name: string): Promise<Message> {
  const answer = await parity(world, name);
  const text = renderInTerminal(answer, { ...readerOf(world, name), columns: 10_000, colour: false });
  const missing = culprits.filter(([, said]) => !said.test(text)).map(([what]) => what);
  if (missing.length > 0) throw new Error(`/parity does not name ${missing.join(', ')}:\n${text}`);
  if (!/\b3 unexplained\b/.test(text)) throw new Error(`/parity does not find exactly three unexplained:\n${text}`);
  return answer;
}

/** Runs the collectors once more, of which nothing comes. Throws when something does. */
export async function runAgain(world: World): Promise<void> {
  const run = nextRun(world.now);
  const { changed, drift } = await post(world, run);
  if (changed > 0 || drift > 0) throw new Error(`A run that saw nothing new told of ${changed} changed facts.`);
  await driftIs(world, run.drifts);
}

/** What `/parity` answers to one person, in #incidents. */
export async function parity({ slack }: World, name: string, words = ''): Promise<Message> {
  const { id } = personOf(slack.workspace, name);
  const before = slack.messages('incidents', name).length;
  const answer = awaited(slack, 'The answer to /parity', () =>
    slack
      .messages('incidents', name)
      .slice(before)
      .find((each) => each.onlyFor === id),
  );
  const [reply, message] = await Promise.all([
    slack.slash('/parity', words, { user: name, channel: 'incidents' }),
    answer,
  ]);
  if (reply.error !== null) throw new Error(`Slack says of /parity: ${reply.error}.`);
  return message;
}

function readerOf({ slack }: World, name: string) {
  return { workspace: slack.workspace, viewer: personOf(slack.workspace, name), now: new Date() };
}

async function post(world: World, { snapshots }: SeenRun) {
  const token = await world.token();
  const sum = { changed: 0, drift: 0 };
  const send = async ({ environment, collector, takenAt, facts }: SeenSnapshot) => {
    const response = await fetch(`${world.service.url}/api/snapshots`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ environment, collector, taken_at: takenAt.toISOString(), complete: true, facts }),
    });
    const answer = parseObject(await response.text()) ?? {};
    if (response.status !== 202) throw new Error(`A snapshot was refused: ${textOf(answer['error'])}`);
    sum.changed += Number(answer['changed']);
    sum.drift += Number(answer['drift']);
  };
  // Each is of another collector or environment: they come at the same time.
  await Promise.all(snapshots.map(send));
  return sum;
}

/** Drift is told once it has lasted; waits until as much of it is in the timeline. */
async function driftIs(world: World, count: number): Promise<void> {
  const token = await world.token();
  const until = performance.now() + 60_000;
  for (;;) {
    const response = await fetch(`${world.service.url}/api/changes?since=130d&kind=drift&limit=50`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { changes } = parseObject(await response.text()) ?? {};
    const told = Array.isArray(changes)
      ? changes.filter((each) => isObject(each) && each['source'] === 'snapshots')
      : [];
    if (told.length === count) return;
    if (performance.now() > until) throw new Error(`The timeline tells of ${told.length} drifts, not of ${count}.`);
    await delay(200);
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import type { IncidentWorld } from './world.ts';

const patience = 30_000;

/** Milliseconds that each took, one after the other. */
export async function timed(count: number, act: (n: number) => Promise<void>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const begun = performance.now();
    await act(n);
    times.push(performance.now() - begun);
    await pause(100);
  }
  return times;
}

/** A channel of an incident is made; resolves when its card is there. */
export async function cardOfChannel(world: IncidentWorld, name: string): Promise<void> {
  const channel = await world.slack.createChannel(name, { user: 'ada' });
  await written(world, ({ method, args }) => method === 'chat.postMessage' && args['channel'] === channel.id);
}

type Written = (call: IncidentWorld['slack']['calls'][number], index: number) => boolean;

/** Resolves when such a call was made, now or just before. */
export async function written({ slack }: IncidentWorld, isIt: Written): Promise<void> {
  const until = performance.now() + patience;
  let from = Math.max(0, slack.calls.length - 200);
  while (performance.now() < until) {
    for (; from < slack.calls.length; from += 1) {
      const call = slack.calls[from];
      if (call !== undefined && call.status === 200 && isIt(call, from)) return;
    }
    await pause(5);
  }
  throw new Error(`nothing was written to Slack within ${patience / 1000} s`);
}

import { awaited } from './awaited.ts';
import { personOf, type Message } from './slack/workspace.ts';
import { renderInTerminal } from './terminal.ts';
import type { World } from './world.ts';

export const question = '2h';
export const place = 'incidents';
const patience = 60_000;

/** What the answer must say for the day to have been understood. */
const story: readonly (readonly [what: string, said: RegExp])[] = [
  ['the bad deploy of checkout', /checkout[^\n]*1\.42\.0/],
  ['both systems that told of it', /1\.42\.0 · deploy[^\n]*reported by Argo CD and GitHub/],
  ['the version before it', /1\.41\.3/],
  ['the unreviewed change that it carried', /Retry payment calls/],
  ['the edit of the production settings', /Lower the payment timeout|config\/production\.yaml/],
  ['the rollback of checkout', /rollback v1\.42\.0 → v1\.41\.3|v1\.42\.0 → v1\.41\.3 · rollback/],
  [
    'the incident',
    /Incidents and alerts\n[^\n]*Error rate of payments[^\n]*resolved after 21 min, checkout[^\n]*PagerDuty #1042/,
  ],
  ['the rollout of the flag', /express-payment: rollout 20 % → 50 %[^\n]* by Grace Moreno/],
  [
    'the apply to the database of ledger',
    /ledger  [^]*terraform apply ledger-database-prod: Raise max_connections|Raise max_connections[^\n]*change for ledger/,
  ],
  ['the drift of the network', /network[^]*terraform found drift in network-prod: 1 of 48 resources/],
  ['the rollback of search', /search[^]*rollback[^\n]*7\.3\.0/],
  ['the deploys of ledger', /ledger/],
  ['the deploy of web', /web/],
];

export interface Answered {
  readonly message: Message;
  /** From the command to its acknowledgement, in milliseconds. */
  readonly ackMs: number;
  /** From the command until the answer stands in the channel. */
  readonly answerMs: number;
}

/** Asks `/since 2h` as a person. Throws when no answer comes. */
export async function ask({ slack }: World, name: string): Promise<Answered> {
  const { id } = personOf(slack.workspace, name);
  const before = slack.messages(place, name).length;
  const began = performance.now();
  const answer = awaited(slack, `The answer to /since ${question}`, () =>
    slack
      .messages(place, name)
      .slice(before)
      .find((each) => each.onlyFor === id),
  );
  const [reply, message] = await Promise.all([slack.slash('/since', question, { user: name, channel: place }), answer]);
  if (reply.error !== null) throw new Error(`Slack says of /since ${question}: ${reply.error}.`);
  return { message, ackMs: reply.ms, answerMs: performance.now() - began };
}

/** Which commits a deploy carried is found after its webhook was accepted: asks until that shows, or gives up. */
export async function askUntilTold(world: World, name: string): Promise<void> {
  const until = performance.now() + patience;
  while (performance.now() < until) {
    if (missingFrom(world, (await ask(world, name)).message, name).length === 0) return;
  }
}

/** What of the story an answer does not tell. */
export function missingFrom({ slack }: World, message: Message, name: string): readonly string[] {
  const reader = { workspace: slack.workspace, viewer: personOf(slack.workspace, name), now: new Date() };
  const text = renderInTerminal(message, { ...reader, columns: 10_000, colour: false });
  return story.filter(([, said]) => !said.test(text)).map(([what]) => what);
}

import { awaited } from './awaited.ts';
import { textOf } from './json.ts';
import { personOf, type Message } from './slack/workspace.ts';
import { minutesBefore, rolledBack } from './story/day.ts';
import { renderInTerminal } from './terminal.ts';
import type { World } from './world.ts';

/** Made when the page has come, for the people who work on it. */
export const incidentChannel = 'inc-checkout-payments';

/** What the card must say before anybody has done anything: the culprit first, with what was there before it. */
const suspected: readonly (readonly [what: string, said: RegExp])[] = [
  ['the bad deploy first', /Likely[^\n]*checkout[^\n]*1\.42\.0/],
  ['the last good version', /1\.41\.3/],
  ['the alert', /Error rate of payments above 5 %/],
];
const tickedOff: readonly (readonly [what: string, said: RegExp])[] = [
  [
    'the rollback',
    /(rolled|taken|took it) back[^\n]*1\.41\.3|1\.41\.3[^\n]*(rolled|taken) back|rollback[^\n]*1\.41\.3/i,
  ],
];

/** Everything of the day until the bad deploy is taken back, and a channel for the people who work on it. */
export async function beginIncident(world: World, by: string): Promise<Message> {
  const { slack } = world;
  await world.tell(minutesBefore(world.now, rolledBack));
  await awaited(slack, 'A card for the page', () =>
    slack.messages('incidents', by).find(({ text }) => text.includes('Error rate of payments')),
  );
  await slack.createChannel(incidentChannel, { user: by });
  return cardSaying(world, by, suspected);
}

/** A note that somebody pins, and the rest of the day: the rollback, the end of the alert. */
export async function mendIncident(world: World, by: string): Promise<Message> {
  const { slack } = world;
  await slack.joinChannel(incidentChannel, { user: by });
  const { message } = await slack.say(
    'Payments time out since 1.42.0, and retries fill the pool. Rolling back to 1.41.3.',
    {
      user: by,
      channel: incidentChannel,
    },
  );
  await slack.react(message, 'pushpin', { user: by });
  await world.tell();
  return cardSaying(world, by, tickedOff);
}

/** Resolved with its first suspect as the cause; gives the post-mortem's first draft, in Markdown. */
export async function closeIncident({ slack }: World, by: string): Promise<string> {
  const { id } = personOf(slack.workspace, by);
  await slack.slash('/incident', 'resolve', { user: by, channel: incidentChannel });
  const modal = await awaited(slack, 'The form to resolve with', () => slack.workspace.modals.get(id)?.at(-1));
  const [cause] = [...JSON.stringify(modal.blocks).matchAll(/"value":"(\d+)"/g)].flatMap(([, value]) => value ?? []);
  const note = 'Retried payment calls held database connections until the pool was full.';
  await slack.submit(modal, { user: by, entered: { cause: cause ?? '', note } });
  await awaited(slack, 'The end of the incident', () => cardOf(slack, by)?.text.includes('resolved') || null);
  await slack.slash('/incident', 'timeline', { user: by, channel: incidentChannel });
  const [file] = await awaited(slack, 'The timeline', () => {
    const files = slack.messages(incidentChannel, by).flatMap((message) => message.files);
    return files.length === 0 ? null : files;
  });
  return textOf(file?.text);
}

function cardOf(slack: World['slack'], viewer: string): Message | undefined {
  const [card] = slack.pinned(incidentChannel);
  return slack.messages(incidentChannel, viewer).find(({ ts }) => ts === card?.ts);
}

/** The card in the incident's channel, once it says all of this. */
function cardSaying({ slack }: World, viewer: string, story: typeof suspected): Promise<Message> {
  const reader = { workspace: slack.workspace, viewer: personOf(slack.workspace, viewer), now: new Date() };
  let missing: readonly string[] = story.map(([what]) => what);
  const awaitedCard = () => `A card that tells of ${missing.join(', ')}`;
  return awaited(slack, awaitedCard, () => {
    const card = cardOf(slack, viewer);
    if (card === undefined) return null;
    const text = renderInTerminal(card, { ...reader, columns: 10_000, colour: false });
    missing = story.filter(([, said]) => !said.test(text)).map(([what]) => what);
    return missing.length === 0 ? card : null;
  });
}

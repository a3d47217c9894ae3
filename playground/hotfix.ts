import { awaited } from './awaited.ts';
import { personOf, type Message } from './slack/workspace.ts';
import { type GitHubDelivery } from './story/telling.ts';
import { forgetfulTitle, hotfixTitle, tellForgetfulDeploy, tellHotfix, tellStaging } from './story/hotfix.ts';
import { renderInTerminal } from './terminal.ts';
import type { World } from './world.ts';

const channel = 'prod-changes';
type Said = readonly RegExp[];

/** The fix reaches production past staging, and the channel is told what staging lacks. */
export async function landHotfix(world: World): Promise<Message> {
  await deliver(world, await tellHotfix(world.checkout, world.now));
  return backportSaying(world, [/is in production, not in staging/, /INC-\d+/, /applies cleanly/]);
}

/** Somebody presses the button, a colleague merges what comes of it, and staging gets it. */
export async function bringHome(world: World): Promise<{ readonly asked: Message; readonly home: Message }> {
  const { slack, github } = world;
  const waiting = await backportSaying(world, [/not in staging/]);
  await slack.click({ message: waiting }, { user: 'grace', action: 'backport_open' });
  const asked = await backportSaying(world, [/PR #\d+ waits for a review/]);
  const [, number] = /pull\/(\d+)/.exec(JSON.stringify(asked.blocks)) ?? [];
  const pull = `/repos/acme/checkout/pulls/${number}`;
  await must(github.act('barbara', `POST ${pull}/reviews`, { event: 'APPROVE' }), 'approve');
  await backportSaying(world, [/is approved by barbara/, /grace can merge it/]);
  await must(github.act('barbara', `PUT ${pull}/merge`, { merge_method: 'squash' }), 'merge');
  await backportSaying(world, [/has landed/]);
  await deliver(world, await tellStaging(world.checkout, new Date()));
  return { asked, home: await backportSaying(world, [/is home/, /live since/]) };
}

/** A release without the fix sets out for production: the channel is told before it is there. */
export async function forgetHotfix(world: World): Promise<Message> {
  await deliver(world, await tellForgetfulDeploy(world.checkout, new Date()));
  return messageSaying(world, 'A warning of the deploy that reverts it', [/reverts/, new RegExp(hotfixTitle)]);
}

/** Waits until the channel has been told that staging lacks what that release has. */
export async function lackOfRelease(world: World): Promise<void> {
  const said = [new RegExp(forgetfulTitle), /staging never had it/];
  await messageSaying(world, 'The message of what staging lacks of the release', said);
}

function backportSaying(world: World, said: Said): Promise<Message> {
  return messageSaying(world, `The message of the hotfix with ${said.join(', ')}`, [new RegExp(hotfixTitle), ...said]);
}

function messageSaying({ slack }: World, what: string, said: Said): Promise<Message> {
  const reader = { workspace: slack.workspace, viewer: personOf(slack.workspace, 'grace'), now: new Date() };
  return awaited(slack, what, () =>
    slack.messages(channel, 'grace').find((message) => {
      const text = renderInTerminal(message, { ...reader, columns: 10_000, colour: false });
      return said.every((each) => each.test(text));
    }),
  );
}

async function deliver({ github }: World, deliveries: readonly GitHubDelivery[]): Promise<void> {
  for (const each of deliveries) {
    const { status } = await github.deliver(each);
    if (status === null || status >= 300) throw new Error(`A webhook about the hotfix was answered ${status}.`);
  }
}

async function must(acted: Promise<number>, what: string): Promise<void> {
  const status = await acted;
  if (status >= 300) throw new Error(`GitHub answers ${status} to who wants to ${what} it.`);
}

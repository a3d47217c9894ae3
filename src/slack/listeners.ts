import type { App, RespondFn } from '@slack/bolt';
import { filter } from './actions/filter.ts';
import { nameSaid, nameTakenBack } from './actions/name-said.ts';
import { nextPage } from './actions/next-page.ts';
import { share } from './actions/share.ts';
import { showElsewhere } from './actions/show-elsewhere.ts';
import { widen } from './actions/widen.ts';
import { clickOf } from './click.ts';
import { since } from './commands/since.ts';
import type { BotMessages, SlackContext } from './context.ts';
import { createBotMessageListener } from './events/bot-message.ts';
import { directMessage } from './events/direct-message.ts';
import { homeOpened } from './events/home-opened.ts';
import { mention } from './events/mention.ts';
import { publishHome } from './home.ts';
import { homeChoiceOf } from './home-choice.ts';
import { knownNameOptions } from './known-name-options.ts';
import { renderRefusal } from './messages/refusal.ts';
import { firstTime } from './once.ts';
import type { ClickRequest, CommandRequest, HomeRequest } from './request.ts';
import { privately } from './send.ts';
import type { Member } from './who.ts';

type CommandListener = (context: SlackContext, request: CommandRequest) => Promise<void>;
type ActionListener = (context: SlackContext, request: ClickRequest) => Promise<void>;
type HomeListener = (context: SlackContext, request: HomeRequest) => Promise<void>;
/** Events are settled with Slack before a listener runs; each decides itself whom it answers, and where. */
type EventListener = (context: SlackContext, body: unknown) => Promise<void>;

/** Everything that Slack may send us. A test holds manifest.yml to these lists. */
export const commands: Readonly<Record<string, CommandListener>> = { '/since': since };

export const actions: Readonly<Record<string, ActionListener>> = {
  since_share: share,
  since_widen: widen,
  since_next: nextPage,
  since_filter_service: filter,
  since_filter_kind: filter,
  since_filter_environment: filter,
  since_show_elsewhere: showElsewhere,
};

/** In the Home tab, about the name in the id of their block. */
const homeActions: Readonly<Record<string, HomeListener>> = {
  names_suggested: nameSaid,
  names_chosen: nameSaid,
  names_own: nameSaid,
  names_undo: nameTakenBack,
};

/** By the name of their subscription. */
export const events: Readonly<Record<string, { readonly type: string; readonly listener: EventListener }>> = {
  app_home_opened: { type: 'app_home_opened', listener: homeOpened },
  app_mention: { type: 'app_mention', listener: mention },
  'message.im': { type: 'message', listener: directMessage },
};

/** `botMessages`: null where the settings name none, for which the manifest asks no scope. */
export function registerListeners(app: App, context: SlackContext, botMessages: BotMessages | null): void {
  for (const [name, listener] of Object.entries(commands)) {
    app.command(name, async ({ ack, command, respond }) => {
      await ack();
      if (!(await firstTime(context.db, `command:${command.trigger_id}`, context.now()))) return;
      const asker = await memberOrRefusal(context, command.user_id, respond);
      if (asker !== null) await listener(context, { asker, text: command.text, respond });
    });
  }
  for (const [name, listener] of Object.entries(actions)) {
    app.action(name, async ({ ack, body, respond }) => {
      await ack();
      const click = clickOf(body);
      if (click === null || !(await firstTime(context.db, click.key, context.now()))) return;
      const asker = await memberOrRefusal(context, click.userId, respond);
      if (asker !== null) await listener(context, { asker, click, respond });
    });
  }
  for (const [name, listener] of Object.entries(homeActions)) {
    app.action(name, async ({ ack, body }) => {
      await ack();
      const choice = homeChoiceOf(body);
      if (choice === null || !(await firstTime(context.db, choice.key, context.now()))) return;
      const asker = await context.who(choice.userId);
      if (asker.outcome === 'member') await listener(context, { asker, choice });
      else await publishHome(context, choice.userId, asker);
    });
  }
  app.options('names_chosen', async ({ ack, body }) => {
    await ack({ options: [...(await knownNameOptions(context, body))] });
  });
  for (const { type, listener } of Object.values(events)) {
    app.event(type, async ({ body }) => {
      if (await firstTime(context.db, `event:${body.event_id}`, context.now())) await listener(context, body);
    });
  }
  if (botMessages === null) return;
  const botMessage = createBotMessageListener(context, botMessages);
  app.event('message', async ({ body }) => {
    await botMessage(body);
  });
}

async function memberOrRefusal(context: SlackContext, userId: string, respond: RespondFn): Promise<Member | null> {
  const asker = await context.who(userId);
  if (asker.outcome === 'member') return asker;
  await respond(privately(renderRefusal(asker.why)));
  return null;
}

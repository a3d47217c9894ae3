import type { App, RespondFn } from '@slack/bolt';
import { parityVerdicts } from '../domain/comparison/difference.ts';
import { filter } from './actions/filter.ts';
import { freezeReasonPressed } from './actions/freeze-button.ts';
import {
  correctPressed,
  incidentChosen,
  notePressed,
  partPressed,
  reopenPressed,
  resolvePressed,
  servicesChosen,
  timelinePressed,
  verdictPressed,
} from './actions/incident-button.ts';
import { nameSaid, nameTakenBack } from './actions/name-said.ts';
import { nextPage } from './actions/next-page.ts';
import {
  alarmAcceptPressed,
  alarmExplainPressed,
  alarmUselessPressed,
  confirmPressed,
  parityAboutChosen,
  parityServiceChosen,
  parityShown,
  parityTurned,
} from './actions/parity-button.ts';
import { share } from './actions/share.ts';
import { showElsewhere } from './actions/show-elsewhere.ts';
import { widen } from './actions/widen.ts';
import { clickOf } from './click.ts';
import { incident } from './commands/incident.ts';
import { parity } from './commands/parity.ts';
import { since } from './commands/since.ts';
import type { BotMessages, SlackContext } from './context.ts';
import { createBotMessageListener } from './events/bot-message.ts';
import { directMessage, isDirect } from './events/direct-message.ts';
import { homeOpened } from './events/home-opened.ts';
import {
  channelCreated,
  channelWasClosed,
  channelWasRenamed,
  channelWasUnarchived,
  isChannelOfIncident,
  isUs,
  weJoined,
} from './events/incident-channel.ts';
import { isChangeIn, messageChanged } from './events/incident-message.ts';
import { mention } from './events/mention.ts';
import { isPin, pinned, unpinned } from './events/pin-reaction.ts';
import { publishHome } from './home.ts';
import { homeChoiceOf } from './home-choice.ts';
import { knownNameOptions } from './known-name-options.ts';
import { renderRefusal } from './messages/refusal.ts';
import { reasonAction } from './messages/freeze.ts';
import { correctCallback } from './modals/correct.ts';
import { freezeReasonCallback } from './modals/freeze-reason.ts';
import { noteCallback } from './modals/note.ts';
import { acceptCallback } from './modals/parity-accept.ts';
import { changeFieldName, explainCallback } from './modals/parity-explain.ts';
import { uselessCallback } from './modals/parity-useless.ts';
import { resolveCallback } from './modals/resolve.ts';
import { servicesFieldName } from './modals/scope-fields.ts';
import { startCallback } from './modals/start.ts';
import { verdictCallback } from './modals/verdict.ts';
import { firstTime } from './once.ts';
import { changeOptions } from './parity/change-options.ts';
import type { ClickRequest, CommandRequest, HomeRequest, ShortcutRequest, SubmissionRequest } from './request.ts';
import { privately } from './send.ts';
import { serviceOptions } from './service-options.ts';
import { pressOf } from './shortcut.ts';
import { noteMessage, startFromMessage } from './shortcuts/incident.ts';
import { submitted } from './submitted.ts';
import type { ViewAnswer } from './views/answer.ts';
import { correctSubmitted } from './views/correct.ts';
import { freezeReasonSubmitted } from './views/freeze-reason.ts';
import { noteSubmitted } from './views/note.ts';
import { acceptSubmitted } from './views/parity-accept.ts';
import { explainSubmitted } from './views/parity-explain.ts';
import { uselessSubmitted } from './views/parity-useless.ts';
import { resolveSubmitted } from './views/resolve.ts';
import { startSubmitted } from './views/start.ts';
import { verdictSubmitted } from './views/verdict.ts';
import type { Member } from './who.ts';

type CommandListener = (context: SlackContext, request: CommandRequest) => Promise<void>;
type ActionListener = (context: SlackContext, request: ClickRequest) => Promise<void>;
type HomeListener = (context: SlackContext, request: HomeRequest) => Promise<void>;
type ShortcutListener = (context: SlackContext, request: ShortcutRequest) => Promise<void>;
type ViewListener = (context: SlackContext, request: SubmissionRequest) => Promise<ViewAnswer>;
/** Events are settled with Slack before a listener runs; each decides itself whom it answers, and where. */
type EventListener = (context: SlackContext, body: unknown) => Promise<void>;

interface Subscription {
  readonly type: string;
  readonly listener: EventListener;
  /** Whether it is for the listener at all: asked first, of everything that is said, and so without the database. */
  readonly concerns?: (context: SlackContext, body: unknown) => boolean | Promise<boolean>;
}

/** Everything that Slack may send us. A test holds manifest.yml to these lists. */
export const commands: Readonly<Record<string, CommandListener>> = {
  '/since': since,
  '/incident': incident,
  '/parity': parity,
};

export const actions: Readonly<Record<string, ActionListener>> = {
  since_share: share,
  since_widen: widen,
  since_next: nextPage,
  since_filter_service: filter,
  since_filter_kind: filter,
  since_filter_environment: filter,
  since_show_elsewhere: showElsewhere,
  incident_choose: incidentChosen,
  incident_caused: verdictPressed,
  incident_dismissed: verdictPressed,
  incident_verdict: verdictPressed,
  incident_resolve: resolvePressed,
  incident_note: notePressed,
  incident_correct: correctPressed,
  incident_part: partPressed,
  incident_reopen: reopenPressed,
  incident_timeline: timelinePressed,
  incident_services: servicesChosen,
  ...Object.fromEntries(parityVerdicts.map((verdict) => [`parity_list_${verdict}`, parityTurned])),
  parity_overview: parityTurned,
  parity_previous: parityTurned,
  parity_next: parityTurned,
  parity_service: parityServiceChosen,
  parity_show: parityShown,
  parity_about: parityAboutChosen,
  parity_alarm_explain: alarmExplainPressed,
  parity_alarm_accept: alarmAcceptPressed,
  parity_alarm_useless: alarmUselessPressed,
  parity_confirm: confirmPressed,
  [reasonAction]: freezeReasonPressed,
};

/** In the Home tab, about the name in the id of their block. */
const homeActions: Readonly<Record<string, HomeListener>> = {
  names_suggested: nameSaid,
  names_chosen: nameSaid,
  names_own: nameSaid,
  names_undo: nameTakenBack,
};

/** Of messages. */
export const shortcuts: Readonly<Record<string, ShortcutListener>> = {
  incident_start_from_message: startFromMessage,
  incident_note_message: noteMessage,
};

/** Modals, when they are submitted. */
const views: Readonly<Record<string, ViewListener>> = {
  [startCallback]: startSubmitted,
  [noteCallback]: noteSubmitted,
  [verdictCallback]: verdictSubmitted,
  [resolveCallback]: resolveSubmitted,
  [correctCallback]: correctSubmitted,
  [acceptCallback]: acceptSubmitted,
  [explainCallback]: explainSubmitted,
  [uselessCallback]: uselessSubmitted,
  [freezeReasonCallback]: freezeReasonSubmitted,
};

/** By the name of their subscription. */
export const events: Readonly<Record<string, Subscription>> = {
  app_home_opened: { type: 'app_home_opened', listener: homeOpened },
  app_mention: { type: 'app_mention', listener: mention },
  'message.im': { type: 'message', listener: directMessage, concerns: isDirect },
  'message.channels': { type: 'message', listener: messageChanged, concerns: isChangeIn('channel') },
  'message.groups': { type: 'message', listener: messageChanged, concerns: isChangeIn('group') },
  reaction_added: { type: 'reaction_added', listener: pinned, concerns: isPin },
  reaction_removed: { type: 'reaction_removed', listener: unpinned, concerns: isPin },
  channel_created: { type: 'channel_created', listener: channelCreated, concerns: isChannelOfIncident },
  channel_rename: { type: 'channel_rename', listener: channelWasRenamed },
  group_rename: { type: 'group_rename', listener: channelWasRenamed },
  member_joined_channel: { type: 'member_joined_channel', listener: weJoined, concerns: isUs },
  channel_archive: { type: 'channel_archive', listener: channelWasClosed },
  group_archive: { type: 'group_archive', listener: channelWasClosed },
  channel_unarchive: { type: 'channel_unarchive', listener: channelWasUnarchived },
  group_unarchive: { type: 'group_unarchive', listener: channelWasUnarchived },
  channel_left: { type: 'channel_left', listener: channelWasClosed },
  group_left: { type: 'group_left', listener: channelWasClosed },
  channel_deleted: { type: 'channel_deleted', listener: channelWasClosed },
  group_deleted: { type: 'group_deleted', listener: channelWasClosed },
};

/** `botMessages`: null where the settings name none. */
export function registerListeners(app: App, context: SlackContext, botMessages: BotMessages | null): void {
  for (const [name, listener] of Object.entries(commands)) {
    app.command(name, async ({ ack, command, respond }) => {
      await ack();
      if (!(await firstTime(context.db, `command:${command.trigger_id}`, context.now()))) return;
      const asker = await memberOrRefusal(context, command.user_id, respond);
      if (asker === null) return;
      const { text, channel_id: channelId, channel_name: channelName, trigger_id: triggerId } = command;
      await listener(context, { asker, text, channelId, channelName, triggerId, respond });
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
  // It only leads elsewhere; Slack tells of the press nevertheless, and wants to hear that we heard.
  app.action('incident_backport', ({ ack }) => ack());
  for (const [name, listener] of Object.entries(shortcuts)) {
    app.shortcut(name, async ({ ack, body, respond }) => {
      await ack();
      const pressed = pressOf(body);
      if (pressed === null || !(await firstTime(context.db, pressed.key, context.now()))) return;
      const asker = await memberOrRefusal(context, pressed.userId, respond);
      if (asker !== null) await listener(context, { asker, pressed, respond });
    });
  }
  for (const [name, listener] of Object.entries(views)) {
    app.view(name, ({ ack, body }) => submitted(context, { listener, body, ack }));
  }
  app.options('names_chosen', async ({ ack, body }) => {
    await ack({ options: [...(await knownNameOptions(context, body))] });
  });
  for (const name of [servicesFieldName, 'incident_services']) {
    app.options(name, async ({ ack, body }) => {
      await ack({ options: [...(await serviceOptions(context, body))] });
    });
  }
  app.options(changeFieldName, async ({ ack, body }) => {
    await ack({ options: [...(await changeOptions(context, body))] });
  });
  for (const { type, listener, concerns } of Object.values(events)) {
    app.event(type, async ({ body }) => {
      if (concerns !== undefined && !(await concerns(context, body))) return;
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

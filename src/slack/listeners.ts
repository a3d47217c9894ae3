import type { App, RespondFn } from '@slack/bolt';
import { parityVerdicts } from '../domain/comparison/difference.ts';
import { backportChosen, backportPressed, backportsTurned } from './actions/backport-button.ts';
import { digestMenuChosen } from './actions/digest-button.ts';
import { conflictDecided } from './actions/conflict-decided.ts';
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
import { removePressed, stopPressed } from './actions/subscription-button.ts';
import { widen } from './actions/widen.ts';
import { clickOf } from './click.ts';
import { backports } from './commands/backports.ts';
import { incident } from './commands/incident.ts';
import { parity } from './commands/parity.ts';
import { since } from './commands/since.ts';
import { conflictChoiceOf } from './conflict-choice.ts';
import type { BotMessages, SlackContext } from './context.ts';
import { createBotMessageListener } from './events/bot-message.ts';
import { homeActions } from './home-actions.ts';
import { publishHome } from './home.ts';
import { homeChoiceOf } from './home-choice.ts';
import { homePressOf } from './home-press.ts';
import { knownNameOptions } from './known-name-options.ts';
import { subscribeFromHome } from './messages/home.ts';
import { stopAction } from './messages/subscription-foot.ts';
import { removeAction } from './messages/subscription-list.ts';
import { decideActions } from './messages/conflicts.ts';
import { renderRefusal } from './messages/refusal.ts';
import { reasonAction } from './messages/freeze.ts';
import { ownerCallback } from './modals/backport-owner.ts';
import { proposeCallback } from './modals/backport-propose.ts';
import { snoozeCallback } from './modals/backport-snooze.ts';
import { waiveCallback } from './modals/backport-waive.ts';
import { correctCallback } from './modals/correct.ts';
import { previewThread } from './digest/preview.ts';
import { digestUselessCallback } from './modals/digest-useless.ts';
import { freezeReasonCallback } from './modals/freeze-reason.ts';
import { noteCallback } from './modals/note.ts';
import { acceptCallback } from './modals/parity-accept.ts';
import { changeFieldName, explainCallback } from './modals/parity-explain.ts';
import { uselessCallback } from './modals/parity-useless.ts';
import { resolveCallback } from './modals/resolve.ts';
import { servicesFieldName } from './modals/scope-fields.ts';
import { startCallback } from './modals/start.ts';
import { subscribeCallback, subscribedServicesField } from './modals/subscribe.ts';
import { verdictCallback } from './modals/verdict.ts';
import { events, optionalEvents } from './heard.ts';
import { firstTime } from './once.ts';
import { changeOptions } from './parity/change-options.ts';
import type { ClickRequest, CommandRequest, ShortcutRequest, SubmissionRequest } from './request.ts';
import { privately } from './send.ts';
import { serviceOptions } from './service-options.ts';
import { pressOf } from './shortcut.ts';
import { noteMessage, startFromMessage } from './shortcuts/incident.ts';
import { submitted } from './submitted.ts';
import { openSubscribe } from './subscriptions/open.ts';
import type { ViewAnswer } from './views/answer.ts';
import { ownerSubmitted } from './views/backport-owner.ts';
import { proposeSubmitted } from './views/backport-propose.ts';
import { snoozeSubmitted } from './views/backport-snooze.ts';
import { waiveSubmitted } from './views/backport-waive.ts';
import { correctSubmitted } from './views/correct.ts';
import { digestUselessSubmitted } from './views/digest-useless.ts';
import { freezeReasonSubmitted } from './views/freeze-reason.ts';
import { noteSubmitted } from './views/note.ts';
import { acceptSubmitted } from './views/parity-accept.ts';
import { explainSubmitted } from './views/parity-explain.ts';
import { uselessSubmitted } from './views/parity-useless.ts';
import { resolveSubmitted } from './views/resolve.ts';
import { startSubmitted } from './views/start.ts';
import { subscribeSubmitted } from './views/subscribe.ts';
import { verdictSubmitted } from './views/verdict.ts';
import type { Member } from './who.ts';

type CommandListener = (context: SlackContext, request: CommandRequest) => Promise<void>;
type ActionListener = (context: SlackContext, request: ClickRequest) => Promise<void>;
type ShortcutListener = (context: SlackContext, request: ShortcutRequest) => Promise<void>;
type ViewListener = (context: SlackContext, request: SubmissionRequest) => Promise<ViewAnswer>;
/** Everything that Slack may send us. A test holds manifest.yml to these lists. */
export const commands: Readonly<Record<string, CommandListener>> = {
  '/since': since,
  '/incident': incident,
  '/parity': parity,
  '/backports': backports,
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
  ...Object.fromEntries(
    ['open', 'propose', 'waive', 'wake', 'second', 'yes', 'no'].map((choice) => [
      `backport_${choice}`,
      backportPressed(choice),
    ]),
  ),
  backport_snooze: backportChosen,
  backport_useless: backportChosen,
  backport_about: backportChosen,
  backports_previous: backportsTurned,
  backports_next: backportsTurned,
  backports_all: backportsTurned,
  backports_mine: backportsTurned,
  [stopAction]: stopPressed,
  [removeAction]: removePressed,
  digest_menu: digestMenuChosen,
  digest_thread: previewThread,
  [reasonAction]: freezeReasonPressed,
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
  [proposeCallback]: proposeSubmitted,
  [snoozeCallback]: snoozeSubmitted,
  [waiveCallback]: waiveSubmitted,
  [ownerCallback]: ownerSubmitted,
  [subscribeCallback]: subscribeSubmitted,
  [digestUselessCallback]: digestUselessSubmitted,
  [freezeReasonCallback]: freezeReasonSubmitted,
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
  app.action(subscribeFromHome, async ({ ack, body }) => {
    await ack();
    const press = homePressOf(body);
    if (press === null || !(await firstTime(context.db, press.key, context.now()))) return;
    const asker = await context.who(press.userId);
    const from = { askerId: press.userId, channelId: null, triggerId: press.triggerId };
    if (asker.outcome === 'member') await openSubscribe(context, from, '');
    else await publishHome(context, press.userId, asker);
  });
  for (const name of decideActions) {
    app.action(name, async ({ ack, body }) => {
      await ack();
      const choice = conflictChoiceOf(body);
      if (choice === null || !(await firstTime(context.db, choice.key, context.now()))) return;
      const asker = await context.who(choice.userId);
      if (asker.outcome === 'member') await conflictDecided(context, { asker, choice });
      else await publishHome(context, choice.userId, asker);
    });
  }
  // They only lead elsewhere; Slack tells of the press nevertheless, and wants to hear that we heard.
  for (const name of ['incident_backport', 'backport_pull', 'digest_follow']) app.action(name, ({ ack }) => ack());
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
  for (const name of [servicesFieldName, 'incident_services', subscribedServicesField]) {
    app.options(name, async ({ ack, body }) => {
      await ack({ options: [...(await serviceOptions(context, body))] });
    });
  }
  app.options(changeFieldName, async ({ ack, body }) => {
    await ack({ options: [...(await changeOptions(context, body))] });
  });
  for (const { type, listener, concerns } of Object.values({ ...events, ...optionalEvents })) {
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

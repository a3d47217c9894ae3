import { type AlarmRow, findAlarm } from '../../parity/alarms.ts';
import type { SlackContext } from '../context.ts';
import { sentences } from '../messages/incident-heading.ts';
import { renderNotUnderstood } from '../messages/not-understood.ts';
import { alarmTitle } from '../messages/parity-alarm.ts';
import { renderAcceptance } from '../messages/parity-accepted.ts';
import { everyService } from '../messages/parity-buttons.ts';
import { groupText } from '../messages/parity-group.ts';
import { renderExplainModal } from '../modals/parity-explain.ts';
import { renderUselessModal } from '../modals/parity-useless.ts';
import { openModal } from '../open-modal.ts';
import { openAcceptOf } from '../parity/accept.ts';
import { confirmed, confirmedWords } from '../parity/confirm.ts';
import { compareNow, differencesOf, groupIn, pairOf } from '../parity/find.ts';
import { showParity } from '../parity/show.ts';
import { type ParityState, decodeAbout, decodeParity } from '../parity/state.ts';
import type { ClickRequest } from '../request.ts';
import { type SlackMessage, inPlace, privately } from '../send.ts';

/** A page, a list or the overview, in place of the answer whose button was pressed. */
export async function parityTurned(context: SlackContext, request: ClickRequest): Promise<void> {
  const state = decodeParity(request.click.value);
  await answer(request, state === null ? outdated() : await showParity(context, request.asker.id, state));
}

/** From the menu of services. */
export async function parityServiceChosen(context: SlackContext, request: ClickRequest): Promise<void> {
  const { blockId, value } = request.click;
  const state = decodeParity(blockId.replace(/^parity_service:/, ''));
  if (state === null || value === '') return answer(request, outdated());
  await answer(
    request,
    await showParity(context, request.asker.id, { ...state, service: value === everyService ? null : value }),
  );
}

/** Below a message that everybody sees. */
export async function parityShown(context: SlackContext, { asker, click, respond }: ClickRequest): Promise<void> {
  const state = decodeParity(click.value);
  await respond(privately(state === null ? outdated() : await showParity(context, asker.id, state), click.threadTs));
}

/** Explain or accept, from the menu of a group. */
export async function parityAboutChosen(context: SlackContext, request: ClickRequest): Promise<void> {
  const { click, respond } = request;
  const about = decodeAbout(click.value);
  const state = decodeParity(click.blockId.replace(/^parity\d*:/, ''));
  const told = about === null || state === null ? outdated() : await openAbout(context, request, state, about);
  if (told !== null) await respond(privately(told, click.threadTs));
}

async function openAbout(
  context: SlackContext,
  { asker, click }: ClickRequest,
  { pair, service }: ParityState,
  { choice, token }: NonNullable<ReturnType<typeof decodeAbout>>,
): Promise<SlackMessage | null> {
  const group = groupIn(await compareNow(context, asker.id, pair, service), token);
  if (group === null) return over();
  if (choice === 'accept') return openAcceptOf(context, click, { pair, differences: group.differences, given: true });
  const title = groupText(group, { pair, now: context.now(), writers: new Map(), state: null });
  return openModal(
    context,
    click.triggerId,
    renderExplainModal({ pair, title, about: { g: token }, channelId: click.channelId }),
  );
}

type AlarmPress = (context: SlackContext, request: ClickRequest, alarm: AlarmRow) => Promise<SlackMessage | null>;

function onAlarm(press: AlarmPress) {
  return async (context: SlackContext, request: ClickRequest): Promise<void> => {
    const { click, respond } = request;
    const alarm = /^\d{1,18}$/.test(click.value) ? await findAlarm(context.db, click.value) : null;
    const told = alarm === null ? outdated() : await press(context, request, alarm);
    if (told !== null) await respond(privately(told, click.threadTs));
  };
}

export const alarmExplainPressed = onAlarm((context, { click }, alarm) => {
  const title = alarmTitle(alarm.said);
  const view = renderExplainModal({ pair: pairOf(alarm), title, about: { l: alarm.id }, channelId: click.channelId });
  return openModal(context, click.triggerId, view);
});

export const alarmAcceptPressed = onAlarm(async (context, { click }, alarm) => {
  const differences = await differencesOf(context, alarm);
  return differences === null
    ? over()
    : openAcceptOf(context, click, { pair: pairOf(alarm), differences, given: true });
});

export const alarmUselessPressed = onAlarm((context, { click }, alarm) =>
  openModal(context, click.triggerId, renderUselessModal(alarm.id, alarmTitle(alarm.said), click.channelId)),
);

/** By the second person: the message then says who confirmed it, for everybody. */
export async function confirmPressed(context: SlackContext, { asker, click, respond }: ClickRequest): Promise<void> {
  const said = await confirmed(context, click.value, asker.id);
  const isDone = said.outcome === 'confirmed' || said.outcome === 'already';
  // In an answer to one person it is one of many things.
  const message = isDone && click.audience !== 'asker' ? renderAcceptance(said.acceptance) : null;
  if (message === null) await respond(privately(confirmedWords(said), click.threadTs));
  else await respond(inPlace(message, 'in_channel'));
}

async function answer({ click, respond }: ClickRequest, message: SlackMessage): Promise<void> {
  await respond(click.audience === 'asker' ? inPlace(message, 'ephemeral') : privately(message, click.threadTs));
}

function over(): SlackMessage {
  return sentences('*Nothing of it differs any more*, so there is nothing to decide.');
}

function outdated(): SlackMessage {
  return renderNotUnderstood({ read: '', problem: 'I can no longer read that button.', examples: ['/parity'] });
}

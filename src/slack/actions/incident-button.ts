import { parseIncidentCommand } from '../../domain/incidents/command.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { setScope } from '../../incidents/correct.ts';
import { visibleNames } from '../../domain/viewer.ts';
import type { SlackContext } from '../context.ts';
import { openCorrectModal, openNoteModal, openResolveModal } from '../incident/modals.ts';
import { type Performable, perform } from '../incident/perform.ts';
import { part } from '../incident/part.ts';
import { openVerdictModal } from '../incident/verdict.ts';
import { incidentSeen } from '../incident/which.ts';
import { choiceOf } from '../messages/incident-choices.ts';
import { renderRefusedWish, renderUnknownIncident } from '../messages/incident-said.ts';
import { renderOutdatedButton } from '../messages/incident-outdated.ts';
import type { ClickRequest } from '../request.ts';
import { type SlackMessage, inPlace, privately } from '../send.ts';
import { readVerdictValue } from '../verdict-value.ts';

/** What a button about one incident does; what it answers, only who pressed sees. */
type Pressed = (
  context: SlackContext,
  request: ClickRequest,
  incident: Incident,
) => Promise<SlackMessage | readonly SlackMessage[] | null>;

function onIncident(press: Pressed) {
  return async (context: SlackContext, request: ClickRequest): Promise<void> => {
    const { asker, click } = request;
    const id = /^\d{1,18}/.exec(click.value)?.[0];
    const incident =
      id === undefined
        ? null
        : await incidentSeen(context.db, id, { channelId: click.channelId, viewer: await context.viewerOf(asker.id) });
    const answer =
      id === undefined
        ? renderOutdatedButton()
        : incident === null
          ? renderUnknownIncident(id)
          : await press(context, request, incident);
    for (const message of messagesOf(answer)) await request.respond(privately(message, click.threadTs));
  };
}

function messagesOf(answer: SlackMessage | readonly SlackMessage[] | null): readonly SlackMessage[] {
  if (answer === null) return [];
  return 'text' in answer ? [answer] : answer;
}

export const resolvePressed = onIncident((context, { click }, incident) => openResolveModal(context, click, incident));
export const notePressed = onIncident((context, { click }, incident) => openNoteModal(context, click, incident));
export const correctPressed = onIncident((context, { asker, click }, incident) =>
  openCorrectModal(context, { ...click, asker }, incident),
);
export const reopenPressed = onIncident((context, request, incident) =>
  performed(context, request, incident, { do: 'reopen' }),
);
export const timelinePressed = onIncident((context, request, incident) =>
  performed(context, request, incident, { do: 'timeline', privately: false }),
);

/** [It was this], [Not this], and the rest of what can be decided: asks why, and shows what is decided before it is. */
export const verdictPressed = onIncident((context, { click }, incident) => {
  const value = readVerdictValue(click.value);
  const verdict = value?.verdict ?? saidByButton(click.actionId);
  if (value === null || verdict === null) return Promise.resolve(renderOutdatedButton());
  const { changeId, why } = value;
  return openVerdictModal(context, click, incident, { changeId, verdict, why });
});

function saidByButton(actionId: string): 'caused' | 'dismissed' | null {
  if (actionId === 'incident_caused') return 'caused';
  return actionId === 'incident_dismissed' ? 'dismissed' : null;
}

/** An alert of the list is another fault. */
export const partPressed = onIncident((context, { asker, click }) => {
  const [, signalId] = /^\d{1,18}:(\d{1,18})$/.exec(click.value) ?? [];
  return signalId === undefined ? Promise.resolve(renderOutdatedButton()) : part(context, signalId, asker.id);
});

function performed(context: SlackContext, { asker, click }: ClickRequest, incident: Incident, command: Performable) {
  return perform(context, { asker, channelId: click.channelId, triggerId: click.triggerId }, incident, command);
}

/** Of the list of open incidents: what was asked is done with this one, and its outcome takes the list's place. */
export async function incidentChosen(context: SlackContext, request: ClickRequest): Promise<void> {
  const { asker, click, respond } = request;
  const choice = choiceOf(click.value);
  if (choice === null) return void (await respond(privately(renderOutdatedButton())));
  const incident = await incidentSeen(context.db, choice.incidentId, {
    channelId: click.channelId,
    viewer: await context.viewerOf(asker.id),
  });
  if (incident === null) return void (await respond(inPlace(renderUnknownIncident(choice.incidentId), 'ephemeral')));
  const { timezone } = asker;
  const vocabulary = visibleNames(await context.vocabulary(), await context.viewerOf(asker.id));
  const read = parseIncidentCommand(choice.words, { now: context.now(), timezone, vocabulary });
  const command: Performable =
    read.outcome === 'command' && read.command.do !== 'start' ? read.command : { do: 'show' };
  const [first, ...more] = await performed(context, request, incident, command);
  if (first === undefined) return;
  await respond(inPlace(first, 'ephemeral'));
  for (const message of more) await respond(privately(message));
}

/** The menu on a card of which no service is known. */
export async function servicesChosen(context: SlackContext, { asker, click, respond }: ClickRequest): Promise<void> {
  const id = /^incident_services:(\d{1,18})$/.exec(click.blockId)?.[1];
  const incident =
    id === undefined
      ? null
      : await incidentSeen(context.db, id, { channelId: click.channelId, viewer: await context.viewerOf(asker.id) });
  if (incident === null) {
    await respond(privately(id === undefined ? renderOutdatedButton() : renderUnknownIncident(id), click.threadTs));
    return;
  }
  if (click.values.length === 0) return;
  const said = await setScope(context.db, incident.id, { services: click.values }, asker.id, context.now());
  if (said.outcome === 'refused') await respond(privately(renderRefusedWish(said.why), click.threadTs));
}

import { parseIncidentCommand } from '../../domain/incidents/command.ts';
import type { IncidentCommand } from '../../domain/incidents/command.ts';
import { openIncidents } from '../../incidents/find.ts';
import { visibleNames } from '../../domain/viewer.ts';
import type { SlackContext } from '../context.ts';
import { type Place, perform } from '../incident/perform.ts';
import { start } from '../incident/start.ts';
import { incidentHere, incidentSeen } from '../incident/which.ts';
import { renderChoices } from '../messages/incident-choices.ts';
import { renderIncidentHelp } from '../messages/incident-help.ts';
import { renderUnknownIncident } from '../messages/incident-said.ts';
import { renderNotUnderstood } from '../messages/not-understood.ts';
import type { CommandRequest } from '../request.ts';
import { type SlackMessage, privately } from '../send.ts';
import { spoken } from '../spoken-text.ts';

/** In characters as Slack sends them. */
const longest = 4000;
/** More than are shown: how many more there are is said. */
const mostOpen = 100;

export async function incident(context: SlackContext, request: CommandRequest): Promise<void> {
  for (const answer of await answersTo(context, request)) await request.respond(privately(answer));
}

async function answersTo(context: SlackContext, request: CommandRequest): Promise<readonly SlackMessage[]> {
  const [words, all] = await Promise.all([spoken(context, request.text.slice(0, longest)), context.vocabulary()]);
  const vocabulary = visibleNames(all, await context.viewerOf(request.asker.id));
  const now = context.now();
  const read = parseIncidentCommand(words, { now, timezone: request.asker.timezone, vocabulary });
  switch (read.outcome) {
    case 'help':
      return [renderIncidentHelp()];
    case 'not-understood': {
      const examples = read.examples.map((example) => `/incident ${example}`);
      return [renderNotUnderstood({ read: read.read, problem: read.problem, examples })];
    }
    case 'command':
      return obey(context, request, { command: read.command, incidentId: read.incidentId, words });
  }
}

interface Wish {
  readonly command: IncidentCommand;
  readonly incidentId: string | null;
  /** As it was written. */
  readonly words: string;
}

async function obey(
  context: SlackContext,
  request: CommandRequest,
  { command, incidentId, words }: Wish,
): Promise<readonly SlackMessage[]> {
  const { asker, channelId, triggerId } = request;
  const place: Place = { asker, channelId, triggerId };
  if (command.do === 'start') {
    const answer = await start(context, { ...place, channelName: request.channelName }, command.title);
    return answer === null ? [] : [answer];
  }
  const incident =
    incidentId === null
      ? await incidentHere(context.db, channelId)
      : await incidentSeen(context.db, incidentId, { channelId, viewer: await context.viewerOf(asker.id) });
  if (incident !== null) return perform(context, place, incident, command);
  if (incidentId !== null) return [renderUnknownIncident(incidentId)];
  const incidents = await openIncidents(context.db, {
    includePrivate: false,
    limit: mostOpen,
    ...(await context.viewerOf(asker.id)),
  });
  return [renderChoices({ incidents, purpose: command.do, words, now: context.now() })];
}

import type { Question, Understood } from '../domain/question.ts';
import { dependenciesOf, reachesOf } from '../domain/dependencies.ts';
import type { Fault } from '../domain/fault.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { lastDay, withDefaults, withIncident } from '../domain/question-defaults.ts';
import { type Viewer, visibleNames } from '../domain/viewer.ts';
import { parseQuestion } from '../domain/since/parse-question.ts';
import { type AnswerState, encodeState, questionOf, stateOf } from './answer-state.ts';
import { catalogWith } from '../timeline/aliases.ts';
import type { SlackContext } from './context.ts';
import { showState } from './incident/state.ts';
import { incidentHere } from './incident/which.ts';
import { renderAnswer } from './messages/answer.ts';
import { renderHelp } from './messages/help.ts';
import { renderNotUnderstood } from './messages/not-understood.ts';
import type { SlackMessage } from './send.ts';
import type { Member } from './who.ts';

/** In characters as Slack sends them. Longer texts are no questions. */
const longestQuestion = 4000;
const pageSize = 20;

export interface Showing {
  /** The answer may offer "Share in channel". */
  readonly shareable: boolean;
  /** Others than the asker read it, in time zones of their own. */
  readonly public?: boolean;
  /** Slack id of who made a private answer public. */
  readonly sharedBy?: string;
  /** `Answer.next` of the page before. */
  readonly cursor?: string | null;
  /** Where it is asked: in the channel of an incident a question is about that. */
  readonly channelId?: string;
  /** What changes are suspected of. */
  readonly fault?: Fault | null;
}

/** The answer to what a person wrote, in Slack's escaped form. */
export async function answerText(
  context: SlackContext,
  asker: Member,
  { text, ...showing }: Showing & { readonly text: string },
): Promise<SlackMessage> {
  if (text.length > longestQuestion) {
    return renderNotUnderstood({
      read: text.slice(0, 100),
      problem: `That is longer than the ${longestQuestion} characters that I read.`,
      examples: ['2h', 'yesterday 15:00', 'last good deploy'],
    });
  }
  const [{ botUserId }, all] = await Promise.all([context.installation(), context.vocabulary()]);
  const vocabulary = visibleNames(all, await viewerFor(context, asker, showing));
  const now = context.now();
  const typed = text.replaceAll(new RegExp(`<@${botUserId}(?:\\|[^<>]*)?>`, 'g'), ' ');
  return answerUnderstood(context, asker, parseQuestion(typed, { now, timezone: asker.timezone, vocabulary }), showing);
}

async function answerUnderstood(
  context: SlackContext,
  asker: Member,
  understood: Understood,
  showing: Showing,
): Promise<SlackMessage> {
  switch (understood.outcome) {
    case 'help':
      return renderHelp();
    case 'not-understood':
      return renderNotUnderstood(understood);
    case 'catchup': {
      const incident = await incidentAsked(context, showing);
      if (incident !== null) return showState(context, incident, { buttons: false });
      return answerQuestion(context, asker, lastDay(context.now(), context.defaultEnvironment), showing);
    }
    case 'question': {
      const { question, fault } = await completed(context, understood.question, showing);
      return answerQuestion(context, asker, question, { ...showing, fault });
    }
  }
}

/** The incident in whose channel it is asked. */
function incidentAsked({ db }: SlackContext, { channelId }: Showing): Promise<Incident | null> {
  return channelId === undefined ? Promise.resolve(null) : incidentHere(db, channelId);
}

/** What is left out means what it does where it is asked. */
async function completed(
  context: SlackContext,
  question: Question,
  showing: Showing,
): Promise<{ readonly question: Question; readonly fault: Fault | null }> {
  const { db, catalog: settings, defaultEnvironment, incidents } = context;
  const unsaid = question.since === null && question.until === null;
  const incident = unsaid ? await incidentAsked(context, showing) : null;
  if (incident === null) return { question: withDefaults(question, defaultEnvironment), fault: null };
  const dependsOn = dependenciesOf(await catalogWith(db, settings));
  const services = [...reachesOf(incident.services, dependsOn).keys()];
  const asked = withIncident(question, incident, { lookback: incidents.lookback, services, defaultEnvironment });
  return { question: asked, fault: faultIn(incident, asked.environment) };
}

function faultIn(incident: Incident, environment: string | null): Fault {
  const { startedAt: onset, resolvedAt: over, services, title, symptom } = incident;
  return { onset, assumed: false, over, environment, services, symptom: `${title}\n${symptom}` };
}

/** The answer to a question that a button asks again. */
export function answerState(
  context: SlackContext,
  asker: Member,
  { state, ...showing }: Showing & { readonly state: AnswerState },
): Promise<SlackMessage> {
  return answerQuestion(context, asker, questionOf(state), showing);
}

async function answerQuestion(
  context: SlackContext,
  asker: Member,
  asked: Question,
  { cursor = null, public: others = false, fault = null, channelId, ...showing }: Showing,
): Promise<SlackMessage> {
  const actor = await actorOf(context, asker, asked.actor);
  if (actor.outcome === 'unknown') {
    return renderNotUnderstood({
      read: `by:${asked.actor}`,
      problem: whose(asked.actor),
      examples: ['2h by:ada-l', '2h by:ada@example.com'],
    });
  }
  const now = context.now();
  const timezone = asker.timezoneKnown ? asker.timezone : noTimezone;
  const notes = [...asked.notes, ...timezoneNote(asker, others)];
  const where = channelId === undefined ? {} : { channel: channelId };
  const viewer = await viewerFor(context, asker, { public: others });
  const options = { timezone, now, limit: pageSize, cursor, fault, viewer, ...where };
  const result = await context.ask({ ...asked, actor: actor.name, notes }, options);
  if (result.outcome === 'not-found') {
    return renderNotUnderstood({ read: '', problem: result.problem, examples: result.examples });
  }
  const state = encodeState(stateOf(result.answer));
  return renderAnswer(result.answer, { now, timezone, state, continued: cursor !== null, ...showing });
}

/** What others read too shows only what anybody may see, whoever asks. */
function viewerFor(
  context: SlackContext,
  asker: Member,
  { public: others = false }: Pick<Showing, 'public'>,
): Promise<Viewer> {
  return context.viewerOf(others ? null : asker.id);
}

/** No name of a time zone: answers then say that their times are UTC. */
const noTimezone = '';

function timezoneNote({ timezone, timezoneKnown }: Member, others: boolean): readonly string[] {
  if (!timezoneKnown) return ['Slack does not say your time zone: times are UTC.'];
  return others ? [`The times of the window are those of ${timezone}.`] : [];
}

type Named = { readonly outcome: 'known'; readonly name: string | null } | { readonly outcome: 'unknown' };

function whose(actor: string | null): string {
  return actor?.toLowerCase() === 'me'
    ? 'I do not know which changes are yours yet. Tell me what GitHub calls you: /since link github and your login.'
    : 'I do not know whose changes those are: they can say so with /since link, or people in sincewhen.yml does.';
}

/** A Slack member, or `me`, as the systems that report changes know that person. */
async function actorOf({ people }: SlackContext, asker: Member, actor: string | null): Promise<Named> {
  const mentioned = actor?.toLowerCase() === 'me' ? asker.id : /^<@([A-Z0-9]+)>$/.exec(actor ?? '')?.[1];
  if (mentioned === undefined) return { outcome: 'known', name: actor };
  const [name] = await people.identitiesOf(mentioned);
  return name === undefined ? { outcome: 'unknown' } : { outcome: 'known', name };
}

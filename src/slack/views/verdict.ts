import type { SlackContext } from '../context.ts';
import { incidentSeen } from '../incident/which.ts';
import { verdictReason } from '../../domain/incidents/verdict-reasons.ts';
import { sayVerdict } from '../../incidents/verdict.ts';
import { renderGone, renderTold } from '../modals/told.ts';
import { beforeWords } from '../modals/verdict.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, close, show, wrong } from './answer.ts';

/** The card shows it within seconds, so nothing more is said. */
export async function verdictSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const { i: incidentId, x: changeId, v: verdict, c: channelId, e: seen } = about;
  if (incidentId === undefined || changeId === undefined || verdict === undefined) return show(renderGone());
  const incident = await incidentSeen(context.db, incidentId, { channelId, viewer: await context.viewerOf(asker.id) });
  if (incident === null) return show(renderGone());
  const why = verdictReason(verdict, entered.choice('reason'), entered.text('why'));
  if (why === null) return wrong('why', 'Say it in a few words.');
  const now = context.now();
  const given = { changeId, verdict, why, ...(seen === undefined ? {} : { seen }) };
  const said = await sayVerdict(context.db, incident.id, given, asker.id, now);
  switch (said.outcome) {
    case 'said':
      return close;
    case 'unchanged':
      return show(renderTold('Said already', `That stands already: ${beforeWords(said.before, now)}`));
    case 'no-reason':
      return wrong('why', 'Say it in a few words.');
    case 'not-in-timeline':
      return show(renderTold('Not there', '*That change is no longer in the timeline*, so nothing is said of it.'));
    case 'gone':
      return show(renderGone());
  }
}

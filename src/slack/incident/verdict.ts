import { changeAndReason } from '../../domain/change-and-reason.ts';
import { changesCalled } from '../../domain/find-change.ts';
import type { Change } from '../../domain/change.ts';
import type { Incident, Verdict } from '../../domain/incidents/incident.ts';
import { type IncidentSuspects, suspectsOf } from '../../incidents/suspects.ts';
import { sayVerdict } from '../../incidents/verdict.ts';
import type { SlackContext } from '../context.ts';
import { renderUnknownIncident } from '../messages/incident-said.ts';
import { renderSayWhy, renderVerdictSaid, renderWhichChange } from '../messages/verdict-said.ts';
import { renderVerdictModal } from '../modals/verdict.ts';
import { openModal } from '../open-modal.ts';
import type { SlackMessage } from '../send.ts';
import type { Place } from './perform.ts';

interface Said {
  readonly verdict: Verdict;
  /** What a person wrote: a change as they call it and, after that, why. */
  readonly words: string;
}

/**
 * What a person decides about a change that they call by its place, version, pull request or words, and why. Without a
 * reason, or where it is not sure which words are the reason, the form asks, with what was written. Null: it is open.
 */
export async function sayByWords(
  context: SlackContext,
  place: Place,
  incident: Incident,
  { verdict, words }: Said,
): Promise<SlackMessage | null> {
  const now = context.now();
  const suspects = await suspectsOf(context.incidents, incident, now);
  const { found, why, sure } = changeAndReason(words, {
    suspects: suspects.ranking.suspects,
    changes: suspects.changes,
  });
  const [change] = found;
  const which = { words, verdict, found, why, suspects: suspects.ranking.suspects, now };
  if (change === undefined || found.length > 1) return renderWhichChange(incident, which);
  if (!sure) return ask(context, place, incident, { change, verdict, why, suspects });
  const said = await sayVerdict(context.db, incident.id, { changeId: change.id, verdict, why }, place.asker.id, now);
  switch (said.outcome) {
    case 'said':
    case 'unchanged': {
      const { before, outcome } = said;
      const unchanged = outcome === 'unchanged';
      return renderVerdictSaid({ incident: said.incident, change, verdict, why, before, unchanged, now });
    }
    case 'no-reason':
      return ask(context, place, incident, { change, verdict, why, suspects });
    case 'not-in-timeline':
      return renderWhichChange(incident, { ...which, found: [] });
    case 'gone':
      return renderUnknownIncident(incident.id);
  }
}

/** Null: it is open. */
export async function openVerdictModal(
  context: SlackContext,
  { channelId, triggerId }: Pick<Place, 'channelId' | 'triggerId'>,
  incident: Incident,
  { changeId, verdict, why }: { readonly changeId: string; readonly verdict: Verdict; readonly why: string },
): Promise<SlackMessage | null> {
  const now = context.now();
  const suspects = await suspectsOf(context.incidents, incident, now);
  const change = changeIn(suspects, changeId);
  if (change === null) {
    const offered = suspects.ranking.suspects;
    return renderWhichChange(incident, { words: '', verdict, found: [], why: '', suspects: offered, now });
  }
  const before = suspects.verdicts.get(change.id) ?? null;
  return openModal(context, triggerId, renderVerdictModal({ incident, change, verdict, before, why, channelId, now }));
}

/** Where Slack opens nothing any more, a button is there to try again, and what to type in its place. */
async function ask(
  context: SlackContext,
  { channelId, triggerId }: Place,
  incident: Incident,
  given: {
    readonly change: Change;
    readonly verdict: Verdict;
    readonly why: string;
    readonly suspects: IncidentSuspects;
  },
): Promise<SlackMessage | null> {
  const { change, verdict, why, suspects } = given;
  const before = suspects.verdicts.get(change.id) ?? null;
  const view = renderVerdictModal({ incident, change, verdict, before, why, channelId, now: context.now() });
  const tooLate = await openModal(context, triggerId, view);
  return tooLate === null ? null : renderSayWhy(incident, { change, name: shortName(change, suspects), verdict, why });
}

/** Its version, where no other change has it, or its place among the suspects. */
function shortName(change: Change, { ranking, changes }: IncidentSuspects): string | null {
  const { suspects } = ranking;
  const place = suspects.findIndex((suspect) => suspect.change.id === change.id) + 1;
  const names = [change.to ?? '', place > 0 && place < 10 ? String(place) : ''];
  return names.find((name) => changesCalled(name, { suspects, changes }).length === 1) ?? null;
}

function changeIn({ changes, ranking }: IncidentSuspects, id: string): Change | null {
  const suspected = ranking.suspects.find(({ change }) => change.id === id)?.change;
  return suspected ?? changes.find((change) => change.id === id) ?? null;
}

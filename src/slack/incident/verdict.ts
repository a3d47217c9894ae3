import { changesCalled } from '../../domain/find-change.ts';
import type { Change } from '../../domain/change.ts';
import type { Incident, Verdict } from '../../domain/incident.ts';
import { type IncidentSuspects, suspectsOf } from '../../incidents/suspects.ts';
import { sayVerdict } from '../../incidents/verdict.ts';
import type { SlackContext } from '../context.ts';
import { renderUnknownIncident, renderVerdictSaid, renderWhichChange } from '../messages/incident-said.ts';
import { renderVerdictModal } from '../modals/verdict.ts';
import { openModal } from '../open-modal.ts';
import type { SlackMessage } from '../send.ts';
import type { Place } from './perform.ts';

/** What a person decides about a change that they call by its version, pull request or words. */
export async function sayByWords(
  context: SlackContext,
  { asker }: Place,
  incident: Incident,
  { verdict, change: words }: { readonly verdict: Verdict; readonly change: string },
): Promise<SlackMessage> {
  const now = context.now();
  const { ranking, changes } = await suspectsOf(context.incidents, incident, now);
  const found = changesCalled(words, { suspects: ranking.suspects, changes });
  const [change] = found;
  if (change === undefined || found.length > 1) {
    return renderWhichChange(incident, { words, verdict, found, suspects: ranking.suspects, now });
  }
  const said = await sayVerdict(context.db, incident.id, { changeId: change.id, verdict, why: '' }, asker.id, now);
  switch (said.outcome) {
    case 'said':
    case 'unchanged': {
      const { before, outcome } = said;
      return renderVerdictSaid({
        incident: said.incident,
        change,
        verdict,
        before,
        unchanged: outcome === 'unchanged',
        now,
      });
    }
    case 'not-in-timeline':
      return renderWhichChange(incident, { words, verdict, found: [], suspects: ranking.suspects, now });
    case 'gone':
      return renderUnknownIncident(incident.id);
  }
}

/** Null: it is open. */
export async function openVerdictModal(
  context: SlackContext,
  { channelId, triggerId }: Pick<Place, 'channelId' | 'triggerId'>,
  incident: Incident,
  { changeId, verdict }: { readonly changeId: string; readonly verdict: Verdict },
): Promise<SlackMessage | null> {
  const now = context.now();
  const found = await suspectsOf(context.incidents, incident, now);
  const change = changeIn(found, changeId);
  if (change === null) {
    return renderWhichChange(incident, { words: '', verdict, found: [], suspects: found.ranking.suspects, now });
  }
  const before = found.verdicts.get(change.id) ?? null;
  return openModal(context, triggerId, renderVerdictModal({ incident, change, verdict, before, channelId, now }));
}

function changeIn({ changes, ranking }: IncidentSuspects, id: string): Change | null {
  const suspected = ranking.suspects.find(({ change }) => change.id === id)?.change;
  return suspected ?? changes.find((change) => change.id === id) ?? null;
}

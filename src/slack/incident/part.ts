import type { Incident } from '../../domain/incidents/incident.ts';
import { alertsOf } from '../../incidents/alerts.ts';
import { partAlert } from '../../incidents/join.ts';
import { catalogWith } from '../../timeline/aliases.ts';
import type { SlackContext } from '../context.ts';
import { renderAlertsToPart, renderParted } from '../messages/incident-alerts.ts';
import { renderRefusedWish } from '../messages/incident-said.ts';
import type { SlackMessage } from '../send.ts';

/** What a rule joined that does not belong together: which alert it is has to be pointed at. */
export async function offerToPart({ db, catalog, now }: SlackContext, incident: Incident): Promise<SlackMessage> {
  const alerts = await alertsOf(db, await catalogWith(db, catalog), incident.id);
  return renderAlertsToPart(incident, alerts, now());
}

export async function part({ db, now }: SlackContext, signalId: string, saidBy: string): Promise<SlackMessage> {
  const said = await partAlert(db, { signalId }, saidBy, now());
  switch (said.outcome) {
    case 'parted':
      return renderParted(said.incident, said.from);
    case 'gone':
      return renderRefusedWish('That alert is of no incident any more.');
    case 'refused':
      return renderRefusedWish(said.why);
  }
}

import { type Corrected, setScope, setSeverity, setStart, setTitle } from '../../incidents/correct.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { severities } from '../../domain/signal.ts';
import type { SlackContext } from '../context.ts';
import { incidentSeen } from '../incident/which.ts';
import { secondsOf, servicesFieldName } from '../modals/scope-fields.ts';
import { renderGone } from '../modals/told.ts';
import type { SubmissionRequest } from '../request.ts';
import type { Entered } from '../submission.ts';
import { type ViewAnswer, close, show, wrong } from './answer.ts';

/** Only what differs from what stood there is said, so that the rest goes on following the alerts. */
export async function correctSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const incident =
    about.i === undefined
      ? null
      : await incidentSeen(context.db, about.i, { channelId: about.c, viewer: await context.viewerOf(asker.id) });
  if (incident === null) return show(renderGone());
  const { db } = context;
  const { id } = incident;
  const now = context.now();
  const by = asker.id;
  const wishes: readonly (readonly [field: string, say: (() => Promise<Corrected>) | null])[] = [
    ['title', changedTitle(incident, entered, (title) => setTitle(db, id, title, by, now))],
    ['start', changedStart(about.s, entered, (at) => setStart(db, id, at, by, now))],
    [servicesFieldName, changedScope(incident, entered, (scope) => setScope(db, id, scope, by, now))],
    ['severity', changedSeverity(incident, entered, (severity) => setSeverity(db, id, severity, by, now))],
  ];
  for (const [field, say] of wishes) {
    const said = await say?.();
    if (said?.outcome === 'gone') return show(renderGone());
    if (said?.outcome === 'refused') return wrong(field, said.why);
  }
  return close;
}

type Say<T> = (value: T) => Promise<Corrected>;
type Wish = (() => Promise<Corrected>) | null;

function changedTitle(incident: Incident, entered: Entered, say: Say<string>): Wish {
  const title = entered.text('title');
  return title === incident.title ? null : () => say(title);
}

/** The element has whole minutes: one that shows the same minute was not touched. */
function changedStart(shown: number | undefined, entered: Entered, say: Say<Date>): Wish {
  const at = entered.time('start');
  return at === null || secondsOf(at) === shown ? null : () => say(at);
}

function changedScope(
  incident: Incident,
  entered: Entered,
  say: Say<{ readonly services: readonly string[]; readonly environment: string | null }>,
): Wish {
  const services = entered.choices(servicesFieldName);
  const environment = entered.has('environment') ? entered.choice('environment') : incident.environment;
  const same =
    environment === incident.environment &&
    services.length === incident.services.length &&
    services.every((service) => incident.services.includes(service));
  return same ? null : () => say({ services, environment });
}

function changedSeverity(incident: Incident, entered: Entered, say: Say<Incident['severity']>): Wish {
  const chosen = entered.choice('severity');
  const severity = severities.find((each) => each === chosen) ?? null;
  return severity === incident.severity ? null : () => say(severity);
}

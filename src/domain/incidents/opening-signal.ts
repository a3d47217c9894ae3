import type { FoldedSignal } from '../signal.ts';

/** Systems by which people are called, or say themselves that there is an incident. */
const callers: ReadonlySet<string> = new Set(['pagerduty', 'opsgenie', 'incidentio', 'gitlab', 'cloudevents']);

/** A page calls people, or people made it; any other signal is an alert, which only says what a rule has seen. */
export function isPage({ source, subject }: Pick<FoldedSignal, 'source' | 'subject'>): boolean {
  // incident.io also passes on the alerts from which it makes incidents.
  return callers.has(source) && !(source === 'incidentio' && subject.startsWith('alert:'));
}

/**
 * Whether a signal is reason enough to speak of an incident where none is known that it belongs to: a page that is not
 * over; an alert only where it matters by its severity and place. Sentry calls every exception an error, so an issue of
 * its has to be fatal or come by a rule that somebody made.
 */
export function opensIncident(signal: FoldedSignal, defaultEnvironment: string): boolean {
  if (signal.state === 'resolved') return false;
  if (isPage(signal)) return true;
  if (signal.environment !== null && signal.environment !== defaultEnvironment) return false;
  const { severity } = signal;
  if (isBareIssue(signal)) return severity === 'critical';
  return severity === null || severity === 'critical' || severity === 'error';
}

function isBareIssue({ source, subject, labels }: FoldedSignal): boolean {
  return source === 'sentry' && subject.startsWith('issue:') && labels['rule'] === undefined;
}

/** Firings of one alert differ in when they began: `<alert>@<start>`. */
const firing = /@\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Equal for firings of one alert: of systems that number each firing anew, what it is called and concerns. */
export function alertKey(
  signal: Pick<FoldedSignal, 'source' | 'subject' | 'title' | 'services' | 'environment'>,
): string {
  const { source, subject, title, services, environment } = signal;
  const alert = subject.replace(firing, '');
  if (alert !== subject) return JSON.stringify([source, alert]);
  return JSON.stringify([source, title, services, environment]);
}

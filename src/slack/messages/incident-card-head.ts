import {
  countOf,
  isDeploy,
  kindNoun,
  personName,
  serviceName,
  changeStep,
  tookEffect,
} from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import type { SourceCoverage } from '../../domain/coverage.ts';
import { incidentReference } from '../../domain/incidents/incident.ts';
import { formatDuration } from '../../domain/since/format.ts';
import type { CardSuspect, IncidentCard } from '../../incidents/card.ts';
import { outside } from './escape.ts';
import type { Voice } from './voice.ts';

const mostServices = 4;

/** Two lines that are enough to act on: what is wrong and since when, and what to suspect. */
export function headLines(card: IncidentCard, voice: Voice): readonly [string, string] {
  return [whatIsWrong(card, voice), whatToSuspect(card, voice)];
}

export function stateMark({ incident: { severity, mitigatedAt, resolvedAt } }: IncidentCard): string {
  if (resolvedAt !== null) return ':white_check_mark:';
  if (mitigatedAt !== null) return ':large_orange_circle:';
  if (severity === 'warning') return ':large_yellow_circle:';
  return severity === 'info' ? ':large_blue_circle:' : ':red_circle:';
}

function whatIsWrong({ incident, resolution }: IncidentCard, voice: Voice): string {
  const { severity, environment, startedAt, mitigatedAt, resolvedAt } = incident;
  const began = voice.strong(`${incidentReference(incident)} ${incident.title}`, 220);
  const lasted = (until: Date) => formatDuration(Math.max(0, until.getTime() - startedAt.getTime()));
  const by = resolution?.by?.saidBy ?? null;
  const state =
    resolvedAt !== null
      ? `resolved ${voice.at(resolvedAt)} after ${lasted(resolvedAt)}${by === null ? '' : ` by ${voice.who(by)}`}`
      : mitigatedAt !== null
        ? `mitigated ${voice.at(mitigatedAt)}, began ${voice.at(startedAt)}`
        : voice.since(startedAt);
  const where = [servicesOf(incident.services), outside(environment ?? '', 60)]
    .filter((part) => part !== '')
    .join(' in ');
  return [began, incident.private ? ':lock: private' : null, state, severity, where]
    .filter((part) => part !== null && part !== '')
    .join(' · ');
}

function servicesOf(services: readonly string[]): string {
  const named = services.slice(0, mostServices).map((service) => outside(service, 60));
  const rest = services.length - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function whatToSuspect(card: IncidentCard, voice: Voice): string {
  const { incident, cause, suspects } = card;
  if (incident.resolvedAt !== null) return outcome(card, voice);
  const [first] = suspects;
  if (first === undefined) return cause === null ? nothingFits(card, voice) : `Cause: ${nameOf(cause, voice)}.`;
  const said = first.verdict === null ? '' : `, says ${voice.who(first.verdict.saidBy)}`;
  const words = [
    `${labelOf(card, first)}: ${nameOf(first.change, voice)}${said}${when(first)}.`,
    undoneWords(first, voice),
    lastGoodWords(first, voice),
  ];
  return words.filter((part) => part !== null).join(' ');
}

function labelOf({ suspects, moreSuspects }: IncidentCard, { verdict, likelihood }: CardSuspect): string {
  if (verdict !== null) return verdict.verdict?.verdict === 'caused' ? 'Cause' : 'Suspected';
  if (likelihood === 'likely') return 'Likely';
  const possible = suspects.length + moreSuspects;
  return possible > 1 ? `Possible, first of ${possible}` : 'Possible';
}

function outcome({ cause, fixes, incident }: IncidentCard, voice: Voice): string {
  const note = outside(incident.causeNote?.trim() ?? '', 300);
  const aside = note.replace(/\.$/, '');
  const because =
    cause === null
      ? note === ''
        ? 'Its cause was not named.'
        : `Cause: ${note}`
      : `Cause: ${nameOf(cause, voice)}${note === '' ? '.' : ` (${aside}).`}`;
  const by = fixes.slice(0, 2).map((change) => nameOf(change, voice));
  return by.length === 0 ? because : `${because} Fixed by ${by.join(' and ')}.`;
}

/** Of the three kinds of nothing, the one that is true. */
function nothingFits(
  { total, totalIsFloor, ruledOut, coverage, sinceTotal, incident, from }: IncidentCard,
  voice: Voice,
): string {
  const when = `in the ${formatDuration(incident.startedAt.getTime() - from.getTime())} before it began`;
  const place = incident.environment === null ? '' : ` in ${outside(incident.environment, 60)}`;
  const before = total - sinceTotal;
  if (before > 0 || ruledOut.length > 0) {
    const seen = `${totalIsFloor ? 'at least ' : ''}${countOf(Math.max(before, ruledOut.length), 'change')}`;
    return `${voice.strong('No change fits.', 40)} I looked at ${seen}${place} ${when}.`;
  }
  if (coverage.every(({ newest }) => newest === null)) {
    return `${voice.strong("I can't tell what changed:", 40)} no source has sent anything yet.`;
  }
  const silent = coverage.filter(isSilent).map(({ title }) => outside(title, 60));
  if (silent.length > 0) {
    return `${voice.strong("I can't tell what changed:", 40)} ${silent.slice(0, 3).join(', ')} may have missed it, and the others saw nothing.`;
  }
  return `${voice.strong('Nothing changed', 40)}${place} ${when}, as far as every connected source saw.`;
}

export function isSilent({ state, newest, failed }: SourceCoverage): boolean {
  return newest !== null && (state !== 'fresh' || failed > 0);
}

/** `checkout 1.41.3 → 1.42.0`, and of anything but a deploy what it is: `flag change new-ledger 20 % → 50 %`. */
export function nameOf(change: Change, voice: Voice): string {
  const service = serviceName(change);
  if (isDeploy(change) && service !== null) {
    const back = change.kind === 'rollback' ? 'rollback of ' : '';
    return voice.strong(`${back}${service} ${changeStep(change)}`, 200);
  }
  const of = service === null ? '' : ` of ${outside(service, 120)}`;
  return `${kindNoun(change.kind, 1)}${of}: ${voice.strong(changeStep(change), 200)}`;
}

/** The reason that speaks of time stands in the first line: it is what people ask first. */
function when({ reasons }: CardSuspect): string {
  const words = reasons.find(isAboutTime)?.text;
  return words === undefined ? '' : `, ${outside(words, 90)}`;
}

export function isAboutTime({ text }: CardSuspect['reasons'][number]): boolean {
  return /before it began|was under way|which clocks/.test(text);
}

export function undoneWords({ undone, change }: Pick<CardSuspect, 'undone' | 'change'>, voice: Voice): string | null {
  if (undone === null) return null;
  const by = personName(undone.actor);
  const who = by === null ? '' : ` by ${outside(by, 50)}`;
  const what = undone.to === null ? nameOf(undone, voice) : voice.strong(undone.to, 60);
  if (undone.status === 'started') {
    return `:hourglass_flowing_sand: Going back to ${what} since ${voice.at(undone.occurredAt)}${who}.`;
  }
  const back = isDeploy(change) && undone.to !== null ? `Back to ${what}` : `Taken back with ${nameOf(undone, voice)}`;
  return `:white_check_mark: ${back} since ${voice.at(tookEffect(undone))}${who}.`;
}

function lastGoodWords({ lastGood, undone, change }: CardSuspect, voice: Voice): string | null {
  if (undone !== null) return null;
  if (lastGood === null) {
    return change.from === null || isDeploy(change) ? null : `Before: ${voice.strong(change.from, 60)}.`;
  }
  const { version, ran } = lastGood;
  const length = ran === null || ran < 60_000 ? '' : ` (ran ${formatDuration(ran)})`;
  return `Last good version ${voice.strong(version, 60)}${length}.`;
}

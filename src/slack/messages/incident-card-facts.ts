import type { ContextBlock, SectionBlock } from '@slack/types';
import { countOf, tookEffect } from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import type { SourceCoverage } from '../../domain/coverage.ts';
import { alertName } from '../../domain/alert-words.ts';
import { incidentReference } from '../../domain/incidents/incident.ts';
import type { Freeze } from '../../domain/release-rules.ts';
import { formatDuration } from '../../domain/since/format.ts';
import type { Alert } from '../../incidents/alerts.ts';
import type { IncidentCard } from '../../incidents/card.ts';
import type { OpenBackports } from '../../incidents/open-backports.ts';
import { context, section } from './blocks.ts';
import { serviceSummary } from './change-list.ts';
import { byWhom, linksOf } from './change-line.ts';
import { bold, link, outside } from './escape.ts';
import { isSilent, nameOf } from './incident-card-head.ts';
import { steadyCourse } from './incident-card-suspects.ts';
import type { Voice } from './voice.ts';

const mostAlerts = 3;
const mostSince = 6;
const mostServices = 6;
const mostDrifts = 2;
const mostSources = 12;

/** What people and rules ruled out, and why. */
export function ruledOutLine({ ruledOut, moreSuspects }: IncidentCard, voice: Voice): readonly ContextBlock[] {
  const lines = ruledOut.map(({ change, why, verdict }) => {
    const reason = outside(why, 160);
    const said = verdict === null ? reason : `${voice.who(verdict.saidBy)}${reason === '' ? '' : `: ${reason}`}`;
    return `${nameOf(change, voice)} (${said})`;
  });
  return [
    ...(moreSuspects > 0 ? [context(`${countOf(moreSuspects, 'more change')} would be possible too.`)] : []),
    ...(lines.length === 0 ? [] : [context(`*Ruled out*  ${lines.join(' · ')}`)]),
  ];
}

/** Alerts, and the changes that landed while it went on. */
export function sinceSection(card: IncidentCard, voice: Voice): readonly SectionBlock[] {
  const { since, sinceTotal } = card;
  const shown = since.slice(0, mostSince);
  const rest = sinceTotal - shown.length;
  const floor = card.totalIsFloor ? 'at least ' : '';
  const changes = [
    ...(rest > 0 ? [`… ${floor}${rest.toLocaleString('en')} earlier`] : []),
    ...shown.toReversed().map((change) => `•  ${sinceLine(change, voice)}`),
  ];
  const lines = [...alertLines(card, voice), ...(changes.length === 0 ? [] : ['*Changed since it began*', ...changes])];
  return lines.length === 0 ? [] : [section(lines.join('\n'))];
}

export function sinceLine(change: Change, voice: Voice): string {
  const parts = [
    `${voice.at(tookEffect(change))}  ${nameOf(change, voice)}${byWhom(change)}`,
    steadyCourse(change),
    linksOf(change),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

function alertLines({ alerts: { alerts, going, over, isFloor } }: IncidentCard, voice: Voice): readonly string[] {
  if (going + over === 0) return [];
  const floor = isFloor ? 'at least ' : '';
  const firing = alerts.filter(({ resolvedAt }) => resolvedAt === null);
  const ended = alerts.filter(({ resolvedAt }) => resolvedAt !== null);
  const last = ended[0]?.resolvedAt ?? null;
  const since = last === null ? '' : ` since ${voice.at(last)}`;
  if (going === 0) {
    const all = over === 1 ? 'Its alert is over' : `All ${floor}${countOf(over, 'alert')} are over`;
    return [`:white_check_mark: *${all}*${since}: ${namesOf(ended)}`];
  }
  const overWords = over === 0 ? '' : ` · ${floor}${over.toLocaleString('en')} over`;
  return [`:rotating_light: *${floor}${countOf(going, 'alert')} firing*  ${namesOf(firing)}${overWords}`];
}

function namesOf(alerts: readonly Alert[]): string {
  return alerts
    .slice(0, mostAlerts)
    .map((alert) => {
      const name = outside(alertName(alert).replaceAll('|', '¦'), 80) || 'alert';
      return `${outside(alert.title, 120)} (${link(alert.url, name) ?? name})`;
    })
    .join(', ');
}

/** `Changed in production since yesterday 15:59  checkout: 2 deploys · ledger: 1 migration`. */
export function serviceSection(card: IncidentCard, voice: Voice): readonly SectionBlock[] {
  const { byService, total, totalIsFloor, from, incident } = card;
  const summary = serviceSummary({ byService }, mostServices);
  if (summary === null) return [];
  const place = incident.environment === null ? '' : ` in ${outside(incident.environment, 60)}`;
  const count = `${totalIsFloor ? 'at least ' : ''}${countOf(total, 'change')}`;
  return [section(`*${count}${place}* since ${voice.at(from)}\n${summary}`)];
}

/** What holds besides, and what was not seen. */
export function stateLine(card: IncidentCard, voice: Voice): readonly ContextBlock[] {
  const { freezes, drifts, backports, openBackports, coverage, until } = card;
  const freeze = freezes.map((each) => `:snowflake: ${freezeWords(each, card, voice)}`);
  const drift = drifts
    .slice(0, mostDrifts)
    .map((change) => `${bold(change.title, 160)} since ${voice.at(change.occurredAt)}`);
  const moreDrift = drifts.length > mostDrifts ? [countOf(drifts.length - mostDrifts, 'more drift')] : [];
  const missing = backports.map(({ change, offer }) => {
    const name = nameOf(change, voice);
    return `${name} (${link(offer.url, outside(offer.words.replaceAll('|', '¦'), 120)) ?? 'not in staging'})`;
  });
  const known = missing.length > 0 || openBackports.length > 0;
  const none = [...(drift.length === 0 ? ['drift'] : []), ...(known ? [] : ['backport'])];
  const parts = [
    ...(freeze.length === 0 ? ['No freeze.'] : freeze.slice(0, 3)),
    ...(drift.length === 0 ? [] : [`Open drift: ${[...drift, ...moreDrift].join(', ')}.`]),
    // Where the ledger knows them, it knows all of them.
    ...openBackports.map((each) => openBackportWords(each, voice)),
    ...(missing.length === 0
      ? []
      : [`${openBackports.length === 0 ? 'Open backports' : 'To bring there'}: ${missing.join(', ')}.`]),
    ...(none.length === 0 ? [] : [`No open ${none.join(' or ')} known.`]),
    coverageWords(coverage, until, voice),
  ];
  return [context(parts.join(' '))];
}

/** One that an incident opened is over when that is, whenever it will be. */
function freezeWords({ name, to, incident: opened }: Freeze, { incident }: IncidentCard, voice: Voice): string {
  if (opened !== true) return `Freeze ${bold(name, 80)} until ${voice.at(to)}.`;
  const whose = name === incidentReference(incident) ? 'this incident' : bold(name, 80);
  return `Freeze by ${whose} until it is resolved.`;
}

/** `Open backports of checkout: 1 (#798, 3 days ago)`, counted by Slack: a card is not edited because days pass. */
function openBackportWords({ service, count, oldest }: OpenBackports, voice: Voice): string {
  const named = oldest.map(({ pullRequest, title, openedAt }) => {
    const name = pullRequest === null ? `"${outside(title, 60)}"` : `#${pullRequest}`;
    return `${name}, ${voice.ago(openedAt)}`;
  });
  const more = count > named.length ? [`${(count - named.length).toLocaleString('en')} more`] : [];
  return `Open backports of ${outside(service, 60)}: ${count.toLocaleString('en')} (${[...named, ...more].join('; ')}).`;
}

function coverageWords(coverage: readonly SourceCoverage[], until: Date, voice: Voice): string {
  const missed = coverage.filter((source) => isSilent(source) && (source.newest === null || source.newest < until));
  const never = coverage.filter(({ newest, state }) => newest === null && state !== 'closed');
  const seen = coverage.filter((source) => source.newest !== null && !missed.includes(source));
  const names = (of: readonly SourceCoverage[]) => {
    const shown = of.slice(0, mostSources).map(({ title }) => outside(title, 60));
    return [...shown, ...(of.length > mostSources ? [`${of.length - mostSources} more`] : [])].join(', ');
  };
  if (seen.length + missed.length === 0) return '*Not seen: anything.* No source has sent anything yet.';
  return [
    ...(missed.length === 0
      ? []
      : [
          `*Not seen:* ${missed
            .slice(0, mostSources)
            .map((each) => gapWords(each, voice))
            .join(', ')}.`,
        ]),
    ...(seen.length === 0 ? [] : [`Seen: ${names(seen)}.`]),
    ...(never.length === 0 ? [] : [`Nothing yet from ${names(never)}.`]),
  ].join(' ');
}

function gapWords({ title, state, newest, usualGap, failed }: SourceCoverage, voice: Voice): string {
  const name = bold(title, 60);
  if (state === 'fresh') return `${name}: ${countOf(failed, 'delivery', 'deliveries')} could not be read`;
  const last = newest === null ? '' : ` since ${voice.at(newest)}`;
  const usual = usualGap === null ? '' : ` (usually every ${formatDuration(usualGap)})`;
  return `${name} ${state === 'closed' ? 'closed, its secret is missing' : 'silent'}${last}${state === 'silent' ? usual : ''}`;
}

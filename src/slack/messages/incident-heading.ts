import type { Incident } from '../../domain/incidents/incident.ts';
import { incidentReference } from '../../domain/incidents/incident.ts';
import { formatDuration } from '../../domain/since/format.ts';
import { section } from './blocks.ts';
import { bold, outside } from './escape.ts';
import { readerTime } from './time.ts';

const mostServices = 4;

/** One paragraph, which is also what a notification says. */
export function sentences(text: string): {
  readonly text: string;
  readonly blocks: readonly ReturnType<typeof section>[];
} {
  return { text, blocks: [section(text)] };
}

/** `*INC-42 Checkout errors*`. */
export function incidentHeading(incident: Pick<Incident, 'id' | 'title'>, limit = 200): string {
  return bold(`${incidentReference(incident)} ${incident.title}`, limit);
}

/** `critical · production · checkout, ledger · since 15:59 · open for 14 min`: what is known of it beside its title. */
export function incidentFacts(incident: Incident, now: Date): string {
  const { severity, environment, services, startedAt, mitigatedAt, resolvedAt } = incident;
  const named = services.slice(0, mostServices).map((service) => outside(service, 60));
  const rest = services.length - named.length;
  const lasted = (until: Date) => formatDuration(until.getTime() - startedAt.getTime());
  const facts = [
    severity,
    outside(environment ?? '', 60),
    named.length === 0 ? 'no service known' : `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
    `since ${readerTime(startedAt, now)}`,
    resolvedAt !== null
      ? `resolved ${readerTime(resolvedAt, now)}, after ${lasted(resolvedAt)}`
      : mitigatedAt !== null
        ? `mitigated ${readerTime(mitigatedAt, now)}, not resolved yet`
        : `open for ${lasted(now)}`,
  ];
  return facts.filter((fact) => fact !== null && fact !== '').join(' · ');
}

/** Who said something. */
export function speaker(saidBy: string | null): string {
  if (saidBy === null) return 'a rule';
  if (/^[UW][A-Z0-9]{1,30}$/.test(saidBy)) return `<@${saidBy}>`;
  return `the API token ${outside(saidBy.replace(/^api:/, ''), 60)}`;
}

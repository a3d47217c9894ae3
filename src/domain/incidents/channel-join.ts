import { type NameableChannel, channelNames } from '../channel-names.ts';
import type { ChannelWords } from './channel-words.ts';
import { type KnownIncident, areAlike, titleWords } from './candidate.ts';
import { incidentReference } from './incident.ts';
import type { JoinRules } from './join.ts';

/** A channel that people made for an incident. */
export interface MadeChannel extends NameableChannel {
  readonly private: boolean;
  readonly madeAt: Date;
  readonly words: ChannelWords;
}

export interface ChannelTie {
  readonly incidentId: string;
  readonly why: string;
}

const minute = 60_000;
/** A channel is made after the fault began, but for clocks. */
const before = 10 * minute;
/** After the incident began. */
const within = {
  byName: 1440 * minute,
  byNumber: 360 * minute,
  service: 120 * minute,
  words: 60 * minute,
  neighbour: 30 * minute,
  alone: 15 * minute,
} as const;

/**
 * The incident without a channel that this one was made for. One that is over is known by a link or reference only, and
 * what is private is joined by nothing else either. Null: none of them.
 */
export function incidentOfChannel(
  channel: MadeChannel,
  incidents: readonly KnownIncident[],
  rules: JoinRules,
): ChannelTie | null {
  const free = incidents.filter((incident) => incident.channel === null);
  const ties = free.flatMap((incident) => {
    const tie = named(channel, incident) ?? likely(channel, incident, rules);
    return tie === null ? [] : [{ ...tie, incident }];
  });
  const [best] = ties.toSorted(
    (a, b) => a.rank - b.rank || b.incident.startedAt.getTime() - a.incident.startedAt.getTime(),
  );
  if (best !== undefined) return { incidentId: best.incident.id, why: best.why };
  return onlyOne(channel, free, rules);
}

/** The one without a channel that a channel's name or topic speaks of, in so many words. */
export function incidentNamedBy(channel: MadeChannel, incidents: readonly KnownIncident[]): ChannelTie | null {
  const [first] = incidents.flatMap((incident) => {
    const tie = incident.channel === null ? named(channel, incident) : null;
    return tie === null || tie.rank > 0 ? [] : [{ incidentId: incident.id, why: tie.why }];
  });
  return first ?? null;
}

interface Tie {
  readonly rank: number;
  readonly why: string;
}

function named(channel: MadeChannel, incident: KnownIncident): Tie | null {
  const age = ageOf(channel, incident);
  if (age < -before || age > within.byName) return null;
  const names = incident.signals.flatMap((signal) => channelNames(channel, signal) ?? []);
  const sure = names.find(({ numberAlone }) => !numberAlone);
  if (sure !== undefined) return { rank: 0, why: sure.why };
  const [number] = names;
  if (number !== undefined && age <= within.byNumber) return { rank: 1, why: number.why };
  if (!channel.words.numbers.includes(incident.id)) return null;
  return { rank: 2, why: `${incidentReference(incident)} in the channel’s name` };
}

/** Nobody says so, but service, words and time do. */
function likely(channel: MadeChannel, incident: KnownIncident, rules: JoinRules): Tie | null {
  if (!mayBe(channel, incident, rules)) return null;
  const age = ageOf(channel, incident);
  const { services, title } = channel.words;
  const shared = services.find((service) => incident.services.includes(service));
  if (shared !== undefined) return age <= within.service ? { rank: 3, why: `same service, ${shared}` } : null;
  const isNeighbour = services.some((one) => incident.services.some((other) => rules.areNeighbours(one, other)));
  if (isNeighbour && age <= within.neighbour) return { rank: 4, why: 'a neighbouring service' };
  if (services.length > 0 && incident.services.length > 0) return null;
  const titles = [incident.title, ...incident.signals.map((signal) => signal.title)];
  const isAlike = titles.some((each) => areAlike(titleWords(each), titleWords(title)));
  return isAlike && age <= within.words ? { rank: 5, why: 'the same words' } : null;
}

/** A channel that says nothing more is made for the one incident that has just begun. */
function onlyOne(channel: MadeChannel, incidents: readonly KnownIncident[], rules: JoinRules): ChannelTie | null {
  const open = incidents.filter(
    (incident) => mayBe(channel, incident, rules) && ageOf(channel, incident) <= within.alone,
  );
  const [only] = open;
  if (only === undefined || open.length > 1) return null;
  if (channel.words.services.length > 0 && only.services.length > 0) return null;
  return { incidentId: only.id, why: 'made just after it began' };
}

function mayBe(channel: MadeChannel, incident: KnownIncident, { defaultEnvironment }: JoinRules): boolean {
  if (channel.private || incident.private || incident.resolvedAt !== null) return false;
  const { environment } = channel.words;
  if (environment !== null && environment !== (incident.environment ?? defaultEnvironment)) return false;
  return ageOf(channel, incident) >= -before;
}

function ageOf(channel: MadeChannel, incident: KnownIncident): number {
  return channel.madeAt.getTime() - incident.startedAt.getTime();
}

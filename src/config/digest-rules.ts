import type { DigestScope, DigestTarget } from '../domain/digest/facts.ts';
import type { DigestTimes } from '../domain/digest/schedule.ts';
import type { Settings } from './settings.ts';

/** Null: the settings want none. */
export function digestTimesOf({ digest }: Settings): DigestTimes | null {
  if (digest === undefined) return null;
  const { day, time, timezone } = digest;
  return { day, time, timezone };
}

/**
 * Who is told: the channel of the digest of everything, and where the settings say so the channel of each service of its
 * own. One channel of both is told of everything. Restricted services are told where they are named only.
 */
export function digestTargetsOf(settings: Settings): readonly DigestTarget[] {
  const { digest } = settings;
  if (digest === undefined) return [];
  const all = { named: digest.channel, scope: scopeOf(settings, null) };
  if (!digest.services) return [all];
  return [all, ...ownChannels(settings).filter(({ named }) => !isSame(named, digest.channel))];
}

/** What somebody sees who asks in a channel: that of services tells of these. */
export function digestScopeIn(
  settings: Settings,
  channel: { readonly id: string; readonly name: string },
): DigestScope {
  const isIt = (named: string) => isSame(named, channel.id) || isSame(named, `#${channel.name}`);
  if (settings.digest !== undefined && isIt(settings.digest.channel)) return scopeOf(settings, null);
  return ownChannels(settings).find(({ named }) => isIt(named))?.scope ?? scopeOf(settings, null);
}

function ownChannels(settings: Settings): readonly DigestTarget[] {
  const channels = new Map<string, { named: string; services: string[] }>();
  for (const [name, { channel }] of Object.entries(settings.services)) {
    if (channel === undefined) continue;
    const known = channels.get(channel.toLowerCase()) ?? { named: channel, services: [] };
    known.services.push(name);
    channels.set(channel.toLowerCase(), known);
  }
  return [...channels.values()].map(({ named, services }) => ({ named, scope: scopeOf(settings, services) }));
}

function scopeOf({ services }: Settings, own: readonly string[] | null): DigestScope {
  const restricted = Object.entries(services).flatMap(([name, { restricted: is }]) => (is ? [name] : []));
  return { services: own === null ? null : new Set(own), restricted: new Set(restricted) };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

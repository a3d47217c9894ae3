import type { Collected, Collector } from '../collectors/collector.ts';
import { factKey } from '../collectors/fact-key.ts';
import { shorten } from '../domain/shorten.ts';
import { type Fact, type Snapshot, isDigest } from '../domain/facts/fact.ts';

/** What a collector saw, as a snapshot: `partial` says that it was not asked to look at everything. */
export function snapshotOf(
  collected: Extract<Collected, { outcome: 'seen' }>,
  { name, version }: Pick<Collector, 'name' | 'version'>,
  told: { readonly environment: string; readonly takenAt: Date; readonly partial: boolean },
): Snapshot {
  return {
    environment: told.environment,
    collector: name,
    collectorVersion: version,
    takenAt: told.takenAt.toISOString(),
    complete: collected.complete && !told.partial,
    notSeen: saidNotSeen(collected.notSeen),
    facts: collected.facts.map((fact) => ({ ...fact, key: factKey(fact.key) })),
  };
}

const mostNotSeen = 1000;

function saidNotSeen(notSeen: readonly string[]): readonly string[] {
  const said = notSeen.map((each) => shorten(each, 500)).filter((each) => each !== '');
  return said.length <= mostNotSeen
    ? said
    : [...said.slice(0, mostNotSeen - 1), `${said.length - mostNotSeen + 1} more`];
}

/** As `POST /api/snapshots` takes it. */
export function snapshotBody(snapshot: Snapshot): Readonly<Record<string, unknown>> {
  return {
    environment: snapshot.environment,
    collector: snapshot.collector,
    version: snapshot.collectorVersion,
    taken_at: snapshot.takenAt,
    complete: snapshot.complete,
    not_seen: snapshot.notSeen,
    facts: snapshot.facts.map(({ service, facet, key, value }) => ({
      service,
      facet,
      key,
      ...(isDigest(value) ? { digest: value.digest } : { value }),
    })),
  };
}

/** Secrets of which only that they are there could be told: no two of them can be compared. */
export function withoutDigest(facts: readonly Fact[]): number {
  return facts.filter(({ value }) => isDigest(value) && value.digest === 'present').length;
}

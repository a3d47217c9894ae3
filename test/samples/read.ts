import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogOf, readSettings } from '../../src/config/settings.ts';
import type { TimelineEvent } from '../../src/domain/event.ts';
import type { Signal } from '../../src/domain/signal.ts';
import { concealWith } from '../../src/sources/reading/conceal.ts';
import type { Parsed } from '../../src/sources/reading/source.ts';
import { deliveryReaders } from '../../src/sources/registry.ts';
import { senderHeaders } from './sender-headers.ts';

/** What became of one file. */
export interface Sample {
  readonly source: string;
  readonly file: string;
  readonly parsed: Parsed;
  /** Of a ping or of what is ignored: none. */
  readonly changes: readonly (readonly TimelineEvent[])[];
  readonly incidents: readonly (readonly Signal[])[];
}

/** The moment at which everything is received, so that the same is read each time. */
const receivedAt = new Date('2026-11-20T15:00:00.000Z');

/**
 * Every `<source>/<file>.json` of a folder, by source and file. A `.delivery.json` holds `{headers, body}` as somebody
 * received them; any other file is the body alone. Folders that are no source are left out.
 */
export function readSamples(folder: string): readonly Sample[] {
  const settings = readSettings('{}');
  if (settings.outcome !== 'ok') throw new Error('the settings without anything in them do not read');
  const readers = deliveryReaders({
    catalog: catalogOf(settings.settings),
    conceal: concealWith('the-key-of-digests'),
  });
  return [...readers].flatMap(([source, reader]) =>
    filesOf(join(folder, source)).map((file) => {
      const { parsed } = reader.read({ ...deliveryIn(source, join(folder, source, file)), receivedAt });
      const { events = [], signals = [] } = parsed.outcome === 'events' ? parsed : {};
      const changes = together(events, ({ identities }) => identities.map(({ type, value }) => `${type} ${value}`));
      return { source, file, parsed, changes, incidents: together(signals, ({ subject }) => [subject]) };
    }),
  );
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .toSorted();
  } catch {
    return [];
  }
}

function deliveryIn(source: string, path: string): { headers: Readonly<Record<string, string>>; body: Buffer } {
  const bytes = readFileSync(path);
  if (!path.endsWith('.delivery.json')) return { headers: senderHeaders(source, parsedJson(bytes)), body: bytes };
  const { headers, body } = parsedJson(bytes) as { headers: Record<string, string>; body: string };
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { headers: Object.fromEntries(lower), body: Buffer.from(body) };
}

function parsedJson(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString('utf8'));
}

/** As they add up: those that share one of their keys are one. */
function together<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): readonly (readonly T[])[] {
  return items
    .reduce<readonly { keys: readonly string[]; items: readonly T[] }[]>((groups, item) => {
      const keys = keysOf(item);
      const same = groups.filter((group) => group.keys.some((key) => keys.includes(key)));
      const joined = {
        keys: [...same.flatMap((group) => group.keys), ...keys],
        items: [...same.flatMap((group) => group.items), item],
      };
      return [...groups.filter((group) => !same.includes(group)), joined];
    }, [])
    .map((group) => group.items);
}

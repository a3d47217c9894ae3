import pg from 'pg';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { migrationFacts } from './postgresql/migrations.ts';
import { failed, readTexts } from './read-texts.ts';
import type { Part, Seen } from './postgresql/part.ts';
import { codeFacts, ruleFacts } from './postgresql/code.ts';
import { serverFacts, settingFacts } from './postgresql/server.ts';
import { sizeFacts } from './postgresql/sizes.ts';
import { indexFacts, tableFacts } from './postgresql/tables.ts';
import { typeFacts } from './postgresql/types.ts';

/** In the order in which they are read, with what the missing of one is called. */
const parts: readonly (readonly [string, Part])[] = [
  ['version, encoding and extensions', serverFacts],
  ['settings', settingFacts],
  ['tables and columns', tableFacts],
  ['indexes and constraints', indexFacts],
  ['triggers and row policies', ruleFacts],
  ['views and functions', codeFacts],
  ['schemas, types and sequences', typeFacts],
  ['applied migrations', migrationFacts],
  ['row estimates and sizes', sizeFacts],
];

const patience = 10_000;

/**
 * One transaction that cannot write. It reads catalogs and, of rows, only those in which migration tools keep what was
 * applied: needs no right beyond connecting, save `pg_read_all_settings` for the settings that are hidden from others.
 */
export const postgresql: Collector = {
  name: 'postgresql',
  version: '1',
  summary: 'version, settings, schema, migrations and sizes of a PostgreSQL database',
  usage: 'sincewhen snapshot production --collector postgresql --set url=postgres://reader@db.internal/shop',
  collect,
};

async function collect(input: CollectorInput): Promise<Collected> {
  const { options, signal, digest, files } = input;
  // An address with a password in it does not belong on a command line, where others see it.
  const read = files.length === 1 ? await readTexts(input, postgresql) : null;
  if (read?.outcome === 'failed') return read;
  const url = read?.texts[0]?.text.trim() ?? options.get('url');
  let client: pg.Client;
  try {
    client = new pg.Client({
      ...(url === undefined ? {} : { connectionString: url }),
      application_name: 'sincewhen',
      connectionTimeoutMillis: patience,
      query_timeout: 2 * patience,
    });
  } catch {
    return failed('url is no address of a database: postgres://user@host:5432/database');
  }
  // Without a listener a lost connection would end the process; the query that waits for it fails and tells.
  client.on('error', () => undefined);
  if (signal.aborted) return failed('stopped before the database was read');
  const stop = () => void client.end().catch(() => undefined);
  signal.addEventListener('abort', stop);
  try {
    try {
      await client.connect();
    } catch (error) {
      const place = `${client.database ?? ''} at ${client.host}:${client.port} as ${client.user ?? ''}`;
      return failed(`cannot connect to the database ${place}: ${oneLine(error)}`);
    }
    return await readAll(client, { digest });
  } catch (error) {
    return failed(`the database could not be read: ${oneLine(error)}`);
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}

async function readAll(client: pg.Client, how: Pick<CollectorInput, 'digest'>): Promise<Collected> {
  await client.query('begin isolation level repeatable read read only');
  // Texts of the catalog name a schema unless it is on the search path: on an empty one everything is named in full.
  await client.query(
    `select set_config('search_path', '', true), set_config('statement_timeout', '${patience}', true),
       set_config('lock_timeout', '2000', true)`,
  );
  const seen: Seen[] = [];
  const refused: string[] = [];
  for (const [name, part] of parts) {
    await client.query('savepoint part');
    try {
      seen.push(await part(client, how));
      await client.query('release savepoint part');
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      refused.push(`${name}: ${oneLine(error)}`);
      await client.query('rollback to savepoint part');
    }
  }
  await client.query('rollback');
  if (seen.length === 0) return failed(`nothing could be read: ${refused[0] ?? ''}`);
  const notSeen = [...refused, ...seen.flatMap((each) => each.notSeen)];
  return { outcome: 'seen', facts: seen.flatMap(({ facts }) => facts), complete: notSeen.length === 0, notSeen };
}

function oneLine(error: unknown): string {
  // An address that answers on several families fails with one error for each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const text = first instanceof Error ? first.message : String(first);
  return text.replaceAll(/\s+/g, ' ').slice(0, 300);
}

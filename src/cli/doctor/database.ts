import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import { clockFinding } from './clock.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

const oldest = 150_000;
/** A process holds up to twenty, and the commands a few more. */
const fewest = 30;

interface Row {
  readonly now: Date;
  readonly version: number;
  readonly connections: number;
  readonly encoding: string;
  readonly isolation: string;
  readonly standby: boolean;
  readonly size: string;
}

/** Version, settings, size and clock. */
export async function databaseFindings(db: Kysely<Schema>, now: () => Date): Promise<readonly Finding[]> {
  const began = now().getTime();
  const { rows } = await sql<Row>`
    select clock_timestamp() as now, current_setting('server_version_num')::int as version,
      current_setting('max_connections')::int as connections, current_setting('server_encoding') as encoding,
      current_setting('default_transaction_isolation') as isolation, pg_is_in_recovery() as standby,
      pg_size_pretty(pg_database_size(current_database())) as size
  `.execute(db);
  const [row] = rows;
  if (row === undefined) return [];
  const { version, connections, encoding, isolation, standby, size } = row;
  const settings = [
    ...(version < oldest
      ? [wrong('database-version', 'PostgreSQL is older than 15', 'upgrade it to 15 or newer')]
      : []),
    ...(standby
      ? [wrong('database-standby', 'the database is a standby and takes nothing', 'let DATABASE_URL name the primary')]
      : []),
    ...(encoding === 'UTF8'
      ? []
      : [
          wrong(
            'database-encoding',
            `the database is in ${encoding}, not UTF8`,
            "make one anew: create database … encoding 'UTF8' template template0",
          ),
        ]),
    ...(isolation === 'read committed'
      ? []
      : [
          wrong(
            'database-isolation',
            `transactions are ${isolation} by default`,
            "alter database … set default_transaction_isolation = 'read committed'",
          ),
        ]),
    ...(connections < fewest
      ? [
          warning(
            'database-connections',
            `the database takes ${connections} connections, and each process wants up to 20`,
            `set max_connections to ${fewest} or more`,
          ),
        ]
      : []),
  ];
  return [
    ...(settings.length === 0 ? [ok('database-settings', 'the database is set up as it should be')] : settings),
    ok('database-size', `the database takes ${size}`),
    clockFinding('the database', row.now.getTime() - (began + now().getTime()) / 2),
  ];
}

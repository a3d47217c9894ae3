import type { Fact } from '../../domain/facts/fact.ts';
import { factValue } from '../secret-facts.ts';
import { type Part, factsOf } from './part.ts';

/** Whatever the names of the database and its owner. Columns that older servers lack come out of `to_jsonb` as null. */
export const serverFacts: Part = (client) =>
  factsOf(
    client,
    'database',
    `with here as (select pg_database.*, to_jsonb(pg_database) as told from pg_database where datname = current_database())
     select 'server_version' as key, to_jsonb(split_part(current_setting('server_version'), ' ', 1)) as value
     union all select 'encoding', to_jsonb(pg_encoding_to_char(encoding)) from here
     union all select 'collation', to_jsonb(datcollate) from here
     union all select 'character type', to_jsonb(datctype) from here
     union all select 'locale', to_jsonb(coalesce(told ->> 'datlocale', told ->> 'daticulocale', '')) from here
     union all select 'locale provider', to_jsonb(case told ->> 'datlocprovider'
       when 'b' then 'builtin' when 'i' then 'icu' else 'libc' end) from here
     union all select 'collation version', to_jsonb(coalesce(told ->> 'datcollversion', '')) from here
     union all select 'extension:' || extname, to_jsonb(extversion) from pg_extension`,
  );

/** Settings that differ from server to server by nature, change by themselves or follow from others, by their reason. */
export const leftOut: Readonly<Record<string, readonly string[]>> = {
  'where the server is': [
    'bonjour_name',
    'cluster_name',
    'config_file',
    'data_directory',
    'event_source',
    'external_pid_file',
    'hba_file',
    'hosts_file',
    'ident_file',
    'listen_addresses',
    'port',
    'unix_socket_directories',
    'unix_socket_group',
  ],
  'its part in a replication': [
    'in_hot_standby',
    'primary_conninfo',
    'primary_slot_name',
    'recovery_target',
    'recovery_target_action',
    'recovery_target_inclusive',
    'recovery_target_lsn',
    'recovery_target_name',
    'recovery_target_time',
    'recovery_target_timeline',
    'recovery_target_xid',
    'synchronized_standby_slots',
    'transaction_read_only',
  ],
  'of the connection that asks': [
    'application_name',
    'client_encoding',
    'is_superuser',
    'role',
    'row_security',
    'seed',
    'session_authorization',
    'transaction_deferrable',
    'transaction_isolation',
  ],
  'follows from other facts': [
    'effective_wal_level',
    'huge_pages_status',
    'lc_collate',
    'lc_ctype',
    'num_os_semaphores',
    'server_encoding',
    'server_version',
    'server_version_num',
    'shared_memory_size',
    'shared_memory_size_in_huge_pages',
  ],
};

interface Row {
  readonly name: string;
  readonly value: string;
  readonly unit: string | null;
  readonly source: string;
}

/**
 * What a new session gets, so that nothing depends on ours. What a role was given of its own is a fact of that role,
 * and hides the server's value from a collector that connects as it.
 */
export const settingFacts: Part = async (client, { digest }) => {
  const { rows } = await client.query<Row>(
    `select name, coalesce(reset_val, '') as value, unit, source from pg_settings where name <> all ($1)`,
    [Object.values(leftOut).flat()],
  );
  const given = await client.query<{ of: string; setting: string }>(
    `select 'role ' || pg_get_userbyid(given.setrole) || case given.setdatabase when 0 then '' else ' here' end as of,
       unnest(given.setconfig) as setting
     from pg_db_role_setting given
     -- What all roles get, here or everywhere, is a setting as any other.
     where given.setrole <> 0 and given.setdatabase in (0, (select oid from pg_database where datname = current_database()))`,
  );
  const rights = await client.query<{ all: boolean }>(
    `select pg_has_role(current_user, 'pg_read_all_settings', 'usage') as all`,
  );
  const hidden = rows.filter(({ source }) => ['user', 'database user', 'client'].includes(source));
  const seen = rows.filter((row) => !hidden.includes(row));
  const fact = (key: string, name: string, value: string): Fact => ({
    service: null,
    facet: 'database',
    key,
    value: factValue(name, value, digest),
  });
  return {
    facts: [
      ...seen.map(({ name, value, unit }) => fact(`setting:${name}`, name, withUnit(value, unit))),
      ...given.rows.map(({ of, setting }) => {
        const [name = '', ...value] = setting.split('=');
        return fact(`${of}:${name}`, name, value.join('='));
      }),
    ],
    notSeen: [
      ...(rights.rows[0]?.all === true ? [] : ['settings that only a member of pg_read_all_settings may see']),
      ...(hidden.length === 0
        ? []
        : [`settings that the role or connection of the collector has its own value of: ${namesOf(hidden)}`]),
    ],
  };
};

function namesOf(rows: readonly Row[]): string {
  return rows
    .map(({ name }) => name)
    .toSorted()
    .join(', ');
}

const bytes: readonly (readonly [string, number])[] = [
  ['TB', 2 ** 40],
  ['GB', 2 ** 30],
  ['MB', 2 ** 20],
  ['kB', 2 ** 10],
  ['B', 1],
];
const times: readonly (readonly [string, number])[] = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['min', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1000],
  ['us', 1],
];

/** `16384` of 8 kB is `128MB`, as it is written in a configuration file: the largest unit that takes it whole. */
export function withUnit(value: string, unit: string | null): string {
  const number = Number(value);
  const [, factor = '1', base = ''] = /^(\d*)(\D+)$/.exec(unit ?? '') ?? [];
  const units = [bytes, times].find((each) => each.some(([name]) => name === base));
  if (units === undefined || value === '' || !(number > 0)) return value;
  const size = units.find(([name]) => name === base)?.[1] ?? 1;
  const whole = number * size * Number(factor || '1');
  const [name, fits] = units.find(([, each]) => whole % each === 0) ?? [base, size];
  return `${whole / fits}${name}`;
}

import type { Client } from 'pg';
import type { Fact } from '../../domain/facts/fact.ts';
import { factKey } from '../fact-key.ts';
import { type Part, ownSchema } from './part.ts';

/** Where a tool keeps what it applied. All parts are SQL over columns of its table, which tell it from others' tables. */
interface Ledger {
  readonly table: string;
  readonly columns: readonly string[];
  readonly key: string;
  /** `applied` unless told otherwise. */
  readonly state?: string;
}

/** The first whose columns are all there is meant: several tools call their table the same. */
const ledgers: readonly Ledger[] = [
  // Flyway
  {
    table: 'flyway_schema_history',
    columns: ['version', 'script', 'checksum', 'success'],
    key: `coalesce(version, script)`,
    state: `case when success then concat_ws(' ', 'applied', script, 'checksum', checksum) else 'failed' end`,
  },
  // golang-migrate; then Rails, dbmate and Ecto
  {
    table: 'schema_migrations',
    columns: ['version', 'dirty'],
    key: 'version',
    state: `case when dirty then 'failed' else 'applied' end`,
  },
  { table: 'schema_migrations', columns: ['version'], key: 'version' },
  {
    table: '_prisma_migrations',
    columns: ['migration_name', 'checksum', 'finished_at', 'rolled_back_at'],
    key: 'migration_name',
    state: `case when finished_at is null then 'failed' when rolled_back_at is not null then 'rolled back'
      else 'applied ' || left(checksum, 16) end`,
  },
  { table: 'alembic_version', columns: ['version_num'], key: 'version_num' },
  { table: 'django_migrations', columns: ['app', 'name'], key: `app || '.' || name` },
  {
    table: 'databasechangelog',
    columns: ['id', 'author', 'filename', 'md5sum', 'exectype'],
    key: `filename || ' ' || id || ' ' || author`,
    state: `concat_ws(' ', lower(exectype), md5sum)`,
  },
  { table: 'knex_migrations', columns: ['name'], key: 'name' },
  { table: 'kysely_migration', columns: ['name'], key: 'name' },
  { table: 'pgmigrations', columns: ['name'], key: 'name' },
  { table: 'SequelizeMeta', columns: ['name'], key: 'name' },
  { table: '__EFMigrationsHistory', columns: ['MigrationId'], key: `"MigrationId"` },
  { table: '__drizzle_migrations', columns: ['hash'], key: 'hash' },
  {
    table: 'goose_db_version',
    columns: ['version_id', 'is_applied'],
    key: 'version_id',
    state: `case when is_applied then 'applied' else 'rolled back' end`,
  },
  {
    table: 'atlas_schema_revisions',
    columns: ['version', 'hash'],
    key: 'version',
    state: `'applied ' || left(hash, 16)`,
  },
  { table: 'doctrine_migration_versions', columns: ['version'], key: 'version' },
  { table: 'phinxlog', columns: ['version', 'migration_name'], key: `version || ' ' || migration_name` },
  // graphile-migrate, Laravel, TypeORM and Sincewhen itself, graphile-worker
  { table: 'migrations', columns: ['filename', 'hash'], key: 'filename', state: `'applied ' || left(hash, 16)` },
  { table: 'migrations', columns: ['migration', 'batch'], key: 'migration' },
  { table: 'migrations', columns: ['timestamp', 'name'], key: 'name' },
  { table: 'migrations', columns: ['name', 'applied_at'], key: 'name' },
  { table: 'migrations', columns: ['id', 'ts'], key: 'id' },
];

const most = 20_000;

interface Found {
  readonly schema: string;
  readonly table: string;
  /** Quoted where it has to be, as it is called in keys and queries. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly readable: boolean;
}

/** The rows of these tables are the only ones that are ever read, and of them only what is named above. */
export const migrationFacts: Part = async (client) => {
  const { rows } = await client.query<Found>(
    `select schema.nspname as schema, relname as table, format('%I.%I', schema.nspname, relname) as name,
       array(select attname::text from pg_attribute where attrelid = relation.oid and attnum > 0 and not attisdropped)
         as columns,
       has_schema_privilege(schema.oid, 'usage') and has_table_privilege(relation.oid, 'select') as readable
     from pg_class relation join pg_namespace schema on schema.oid = relnamespace
     where relkind in ('r', 'p') and relname = any ($1) and ${ownSchema('schema')} order by 3`,
    [[...new Set(ledgers.map(({ table }) => table))]],
  );
  const facts: Fact[] = [];
  const notSeen: string[] = [];
  for (const found of rows) {
    const ledger = ledgers.find(
      ({ table, columns }) => table === found.table && columns.every((column) => found.columns.includes(column)),
    );
    if (ledger === undefined) continue;
    if (!found.readable) notSeen.push(`migrations in ${found.name}: permission denied`);
    else {
      const applied = await appliedIn(client, found, ledger);
      facts.push(...applied);
      if (applied.length >= most) notSeen.push(`more than ${most} migrations in ${found.name}`);
    }
  }
  return { facts, notSeen };
};

/** What was applied twice (rolled back between, or failed first) is as its last row says. */
async function appliedIn(client: Client, { name }: Found, { key, state }: Ledger): Promise<readonly Fact[]> {
  const { rows } = await client.query<{ key: string; state: string }>(
    `select (${key})::text as key, (${state ?? `'applied'`})::text as state from ${name}
     where (${key}) is not null order by ctid desc limit ${most}`,
  );
  const last = new Map(rows.toReversed().map((row) => [row.key, row.state]));
  return [...last].map(([key, value]) => ({
    service: null,
    facet: 'schema',
    key: factKey(`migrations ${name}:${key}`),
    value,
  }));
}

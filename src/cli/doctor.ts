import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import { notConfigured } from '../config/not-configured.ts';
import type { Environment } from '../config/environment.ts';
import { pendingMigrations } from '../database/migrate.ts';
import type { Schema } from '../database/schema.ts';
import { failedDeliveries } from '../timeline/readiness.ts';
import { type UnmatchedNames, unmatchedNames } from '../timeline/unmatched-names.ts';
import { done, readArguments, table } from './command.ts';
import { type PeopleReport, peopleLines, peopleReport } from './doctor-people.ts';
import type { Command, Terminal } from './command.ts';
import { withDatabase } from './database.ts';

interface Report {
  readonly configured: readonly string[];
  readonly not_configured: readonly string[];
  readonly database: string;
  readonly pending_migrations: readonly string[];
  readonly sources: readonly { readonly source: string; readonly last_delivery: Date | null }[];
  readonly failed_deliveries: number;
  readonly failed_jobs: number;
  /** Null while the database is not up to date. */
  readonly unmatched_names: UnmatchedNames | null;
  readonly people: PeopleReport | null;
}

export const doctor: Command = {
  usage: ['doctor [--json]'],
  summary: 'Says what is configured and what is not, whether the database is up to date, and what has come in.',
  options: [
    '--json    for programs',
    'Ends with 1 when something needs a hand: migrations, failed deliveries or jobs.',
  ],
  async run(args, terminal) {
    const read = readArguments(args, { json: { type: 'boolean' } });
    if (read.outcome === 'usage') return read;
    if (read.positionals.length > 0) return { outcome: 'usage', reason: `what is ${read.positionals[0]}?` };

    return withDatabase(
      async ({ db, configuration }) => {
        const report = await examine(db, configuration);
        if (read.values.json) terminal.print(JSON.stringify(json(report)));
        else show(report, terminal);
        const wrong = problemsOf(report);
        return wrong.length === 0 ? done : { outcome: 'refused', reason: wrong.join('; ') };
      },
      { migrated: false },
    );
  },
};

async function examine(
  db: Kysely<Schema>,
  { environment, catalog }: Pick<Configuration, 'environment' | 'catalog'>,
): Promise<Report> {
  const pending = await pendingMigrations(db);
  const { rows } = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(db);
  const there = pending.length === 0;
  const lastDeliveries = there ? await lastDeliveriesOf(db) : new Map<string, Date>();
  const names = [...new Set([...environment.webhookSecrets.keys(), ...lastDeliveries.keys()])];
  return {
    configured: configured(environment),
    not_configured: notConfigured(environment),
    database: `${environment.databaseUrl === null ? 'private ' : ''}PostgreSQL ${rows[0]?.version ?? '?'}`,
    pending_migrations: pending,
    sources: names.map((source) => ({ source, last_delivery: lastDeliveries.get(source) ?? null })),
    failed_deliveries: there ? await failedDeliveries(db) : 0,
    failed_jobs: await failedJobs(db),
    unmatched_names: there ? await unmatchedNames(db, catalog, new Date()) : null,
    people: there ? await peopleReport(db) : null,
  };
}

function json(report: Report): object {
  const { service, environment } = report.unmatched_names ?? {};
  const names = [...(service?.names ?? []), ...(environment?.names ?? [])];
  return {
    ...report,
    unmatched_names: names.map(({ lastSeen, suggestion, ...each }) => ({ ...each, last_seen: lastSeen, suggestion })),
    unmatched_names_beyond: (service?.more ?? 0) + (environment?.more ?? 0),
    services_known: service?.known.length ?? 0,
  };
}

function configured(environment: Environment): string[] {
  const { slack, github, webhookSecrets, databaseUrl, publicUrl, hmacKey } = environment;
  return [
    ...(databaseUrl === null ? [] : ['database']),
    ...(slack === null ? [] : [slack.mode === 'socket' ? 'Slack (Socket Mode)' : 'Slack']),
    ...(github === null ? [] : [github.kind === 'app' ? 'GitHub API (app)' : 'GitHub API (token)']),
    ...[...webhookSecrets].map(
      ([name, secrets]) => `source ${name}${secrets.length > 1 ? ` (${secrets.length} secrets)` : ''}`,
    ),
    ...(publicUrl === null ? [] : [`public address ${publicUrl}`]),
    ...(hmacKey === null ? [] : ['digests of secret values']),
  ];
}

async function lastDeliveriesOf(db: Kysely<Schema>): Promise<Map<string, Date>> {
  // One look-up in the index for each source, however many deliveries there are.
  const { rows } = await sql<{ source: string; last: Date }>`
    with recursive names as (
      (select source from deliveries order by source limit 1)
      union all
      select (select source from deliveries where source > names.source order by source limit 1)
      from names where names.source is not null
    )
    select source, (
      select received_at from deliveries where deliveries.source = names.source order by received_at desc limit 1
    ) as last
    from names where source is not null
  `.execute(db);
  return new Map(rows.map((row) => [row.source, row.last]));
}

async function failedJobs(db: Kysely<Schema>): Promise<number> {
  const { rows: found } = await sql<{ there: boolean }>`
    select to_regclass('graphile_worker.jobs') is not null as there
  `.execute(db);
  if (found[0]?.there !== true) return 0;
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from graphile_worker.jobs where attempts >= max_attempts and locked_at is null
  `.execute(db);
  return rows[0]?.count ?? 0;
}

function problemsOf(report: Report): string[] {
  const { pending_migrations: pending, failed_deliveries: deliveries, failed_jobs: jobs } = report;
  return [
    ...(pending.length === 0 ? [] : [`migrations are not applied: ${pending.join(', ')} (sincewhen migrate)`]),
    ...(deliveries === 0
      ? []
      : [`${counted(deliveries, 'delivery', 'deliveries')} could not be read (sincewhen replay --failed)`]),
    ...(jobs === 0 ? [] : [`${counted(jobs, 'job', 'jobs')} failed for good`]),
  ];
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function show(report: Report, terminal: Terminal): void {
  terminal.print(
    `Database: ${report.database}, ${report.pending_migrations.length === 0 ? 'up to date' : 'not up to date'}`,
  );
  terminal.print(`Configured: ${report.configured.length === 0 ? 'nothing yet' : report.configured.join(', ')}`);
  if (report.not_configured.length > 0) {
    terminal.print(['', 'Not configured:', ...report.not_configured.map((each) => `- ${each}`)].join('\n'));
  }
  const sources = report.sources.map(({ source, last_delivery: last }) => [
    source,
    last?.toISOString() ?? 'nothing yet',
  ]);
  if (sources.length > 0) terminal.print(`\n${table(['source', 'last delivery'], sources)}`);
  if (report.failed_deliveries > 0) terminal.print(`\nDeliveries that could not be read: ${report.failed_deliveries}`);
  if (report.people !== null) for (const line of peopleLines(report.people)) terminal.print(line);
  if (report.unmatched_names !== null) for (const line of unmatchedLines(report.unmatched_names)) terminal.print(line);
}

function unmatchedLines({ service, environment }: UnmatchedNames): readonly string[] {
  const names = [...service.names, ...environment.names];
  const nothingKnown =
    service.known.length > 0
      ? []
      : ['\nThe settings name no services, so every service has the name that its sources give it.'];
  if (names.length === 0) return nothingKnown;
  const rows = names.map((each) => [
    each.what,
    each.name,
    String(each.changes),
    each.lastSeen.toISOString(),
    each.sources.join(', '),
    each.suggestion ?? '',
  ]);
  const more = service.more + environment.more;
  return [
    ...nothingKnown,
    '\nNames of the last 30 days that match nothing in the settings:',
    table(['what', 'name', 'changes', 'last seen', 'told by', 'perhaps'], rows),
    ...(more === 0 ? [] : [`and ${more} more`]),
    'sincewhen alias service <name> <service> says what one is; with the same name twice, it is one of its own.',
  ];
}

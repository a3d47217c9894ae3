import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import { notConfigured } from '../config/not-configured.ts';
import type { Environment } from '../config/environment.ts';
import { pendingMigrations } from '../database/migrate.ts';
import type { Schema } from '../database/schema.ts';
import { countOf } from '../domain/change-words.ts';
import { sourceStates } from '../sources/registry.ts';
import { coverage } from '../timeline/coverage.ts';
import { type RefusedDigest, refusedDigests } from '../digest/rows.ts';
import { failedDeliveries } from '../timeline/readiness.ts';
import { type UnmatchedNames, unmatchedNames } from '../timeline/unmatched-names.ts';
import { done, readArguments, table } from './command.ts';
import { type PeopleReport, peopleLines, peopleReport } from './doctor-people.ts';
import type { Command, Terminal } from './command.ts';
import { withDatabase } from './database.ts';
import { databaseFindings } from './doctor/database.ts';
import { type Finding, wrong } from './doctor/finding.ts';
import { groupFindings } from './doctor/groups.ts';
import { gitHubFindings, publicAddressFinding } from './doctor/reach.ts';
import {
  failedJobsOf,
  jobFindings,
  nameFindings,
  postFindings,
  repositoryFindings,
  settingsFindings,
  sourceFindings,
} from './doctor/records.ts';
import { slackFindings } from './doctor/slack.ts';

interface Report {
  readonly configured: readonly string[];
  readonly not_configured: readonly string[];
  readonly database: string;
  readonly pending_migrations: readonly string[];
  readonly sources: readonly { readonly source: string; readonly last_delivery: Date | null }[];
  readonly failed_deliveries: number;
  readonly failed_jobs: number;
  readonly findings: readonly Finding[];
  /** Null while the database is not up to date. */
  readonly unmatched_names: UnmatchedNames | null;
  readonly people: PeopleReport | null;
}

export const doctor: Command = {
  usage: ['doctor [--json]'],
  summary:
    'Looks at Slack, the way in, clocks, the database and what has come in, and says how to mend what is not as it should be.',
  options: [
    '--json    for programs',
    'Ends with 1 when something needs a hand. No secret is printed; each address is waited for five seconds.',
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

async function examine(db: Kysely<Schema>, { environment, settings, catalog }: Configuration): Promise<Report> {
  const now = () => new Date();
  // They wait for others while the database is asked.
  const outside = Promise.all([
    slackFindings(environment, now),
    publicAddressFinding(environment, now),
    gitHubFindings(environment, now),
  ]);
  const pending = await pendingMigrations(db);
  const { rows } = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(db);
  const there = pending.length === 0;
  const lastDeliveries = there ? await lastDeliveriesOf(db) : new Map<string, Date>();
  const names = [...new Set([...environment.webhookSecrets.keys(), ...lastDeliveries.keys()])];
  const failed = there ? await failedDeliveries(db) : 0;
  const unmatched = there ? await unmatchedNames(db, catalog, now()) : null;
  const jobs = await jobFindings(db);
  const findings = [
    ...migrationFindings(pending),
    ...(await databaseFindings(db, now)),
    ...(await outside).flat(),
    ...deliveryFindings(failed),
    ...(there
      ? [
          ...sourceFindings(await coverage(db, sourceStates(environment.webhookSecrets), now()), now()),
          ...(await groupFindings(db, settings, now())),
          ...(await settingsFindings(db, environment.settingsFile, now())),
          ...(await postFindings(db)),
          ...(await repositoryFindings(db)),
          ...(await refusedDigests(db)).map(digestFinding),
        ]
      : []),
    ...(unmatched === null ? [] : nameFindings(unmatched)),
    ...jobs,
  ];
  return {
    configured: configured(environment),
    not_configured: notConfigured(environment),
    database: `${environment.databaseUrl === null ? 'private ' : ''}PostgreSQL ${rows[0]?.version ?? '?'}`,
    pending_migrations: pending,
    sources: names.map((source) => ({ source, last_delivery: lastDeliveries.get(source) ?? null })),
    failed_deliveries: failed,
    failed_jobs: failedJobsOf(jobs),
    findings,
    unmatched_names: unmatched,
    people: there ? await peopleReport(db) : null,
  };
}

function migrationFindings(pending: readonly string[]): readonly Finding[] {
  if (pending.length === 0) return [];
  const waiting = pending.length === 1 ? 'a migration is' : `${pending.length} migrations are`;
  const named = pending.length > 3 ? `${pending[0]} to ${pending.at(-1)}` : pending.join(', ');
  return [wrong('migrations', `${waiting} not applied: ${named}`, 'npm run -s sincewhen -- migrate, or npm start')];
}

function deliveryFindings(failed: number): readonly Finding[] {
  if (failed === 0) return [];
  const count = countOf(failed, 'delivery', 'deliveries');
  return [wrong('deliveries', `${count} could not be read`, 'sincewhen replay --failed')];
}

function digestFinding({ channel, week, why }: RefusedDigest): Finding {
  const what = `${channel} did not take the weekly digest of ${week}: ${why}`;
  return wrong('digests', what, 'invite the bot there, or name another channel in the settings');
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
    ...(publicUrl === null ? [] : [`public address ${withoutAccess(publicUrl)}`]),
    ...(hmacKey === null ? [] : ['digests of secret values']),
  ];
}

/** A user and password in an address are nobody's business. */
function withoutAccess(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
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

function problemsOf({ findings }: Report): string[] {
  return findings
    .filter(({ state }) => state === 'wrong')
    .map(({ what, mend }) => (mend === null ? what : `${what} (${mend})`));
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
  terminal.print(`\n${report.findings.map(findingLine).join('\n')}`);
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

function findingLine({ state, what, mend }: Finding): string {
  const mark = { ok: 'ok     ', warning: 'warning', wrong: 'WRONG  ' }[state];
  return `${mark}  ${what}${mend === null ? '' : `\n         → ${mend}`}`;
}

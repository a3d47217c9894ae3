import { type Kysely, sql } from 'kysely';
import { unreadablePlaces } from '../../backports/list.ts';
import { secretVariable } from '../../config/source-names.ts';
import type { Schema } from '../../database/schema.ts';
import { countOf } from '../../domain/change-words.ts';
import type { SourceCoverage } from '../../domain/coverage.ts';
import { formatDuration } from '../../domain/since/format.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { noReason } from '../../domain/reason.ts';
import { unexplainedEdit } from '../../ledger/note-settings.ts';
import type { UnmatchedNames } from '../../timeline/unmatched-names.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Told one by one; more are counted. */
const most = 5;

/** Each source that should report and does not, as it usually would. */
export function sourceFindings(coverage: readonly SourceCoverage[], now: Date): readonly Finding[] {
  const troubled = coverage.flatMap((source): readonly Finding[] => {
    const { source: name, title, state, newest } = source;
    const check = `source-${name}`;
    const ago = newest === null ? '' : formatDuration(now.getTime() - newest.getTime());
    const page = `docs/sources/${name}.md`;
    switch (state) {
      case 'fresh':
        return [];
      case 'never':
        return [warning(check, `${title} has not sent anything yet`, `send its test event; ${page} says where`)];
      case 'silent':
        return [
          warning(check, `${title} has been silent for ${ago}`, `look at its deliveries there; ${page} says where`),
        ];
      case 'closed':
        return [warning(check, `${title} is closed, last heard ${ago} ago`, `set ${secretVariable(name)} and restart`)];
    }
  });
  const heard = coverage.filter(({ state }) => state === 'fresh').length;
  return [...troubled, ...(heard === 0 ? [] : [ok('sources', `${countOf(heard, 'source')} reported as usual`)])];
}

export function nameFindings({ service, environment }: UnmatchedNames): readonly Finding[] {
  const count = service.names.length + service.more + environment.names.length + environment.more;
  if (count === 0) return [];
  const verb = count === 1 ? 'matches' : 'match';
  return [
    warning(
      'unmatched-names',
      `${countOf(count, 'name')} of the last 30 days ${verb} nothing in the settings`,
      'say what each is: sincewhen alias service <name> <service>, or in the Home tab in Slack',
    ),
  ];
}

export async function jobFindings(db: Kysely<Schema>): Promise<readonly Finding[]> {
  const { rows: found } = await sql<{ there: boolean }>`
    select to_regclass('graphile_worker.jobs') is not null as there
  `.execute(db);
  if (found[0]?.there !== true) return [];
  const { rows } = await sql<{ task: string; count: number }>`
    select task_identifier as task, count(*)::int as count from graphile_worker.jobs
    where attempts >= max_attempts and locked_at is null group by task_identifier order by count(*) desc, task_identifier
  `.execute(db);
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  if (count === 0) return [];
  const named = rows.slice(0, most).map(({ task, count: each }) => `${each} ${task}`);
  return [
    wrong(
      'failed-jobs',
      `${countOf(count, 'job')} failed for good: ${named.join(', ')}`,
      'the log says why; to try again: update graphile_worker._private_jobs set attempts = 0, run_at = now() where attempts >= max_attempts',
    ),
  ];
}

export function failedJobsOf(findings: readonly Finding[]): number {
  const found = findings.find(({ check }) => check === 'failed-jobs');
  return found === undefined ? 0 : Number.parseInt(found.what.replaceAll(',', ''), 10);
}

const advice: Readonly<Record<string, string>> = {
  not_in_channel: 'invite the bot there: /invite @sincewhen',
  channel_not_found: 'invite the bot there, or name another channel in the settings',
  is_archived: 'unarchive the channel, or name another one in the settings',
  restricted_action: 'let apps post there: the channel’s posting permissions',
};

/** What Slack takes no more, by channel; what people deleted they do not want. */
export async function postFindings(db: Kysely<Schema>): Promise<readonly Finding[]> {
  const { rows } = await sql<{ channel: string; why: string; count: number; channels: number }>`
    select channel_id as channel, refused as why, count(*)::int as count, (count(*) over ())::int as channels
    from slack_posts
    where refused is not null and refused not in ('message_not_found', 'cant_update_message', 'edit_window_closed', 'bad_timestamp')
      and refused_at > now() - interval '30 days'
    group by channel_id, refused order by count(*) desc, channel_id limit ${most}
  `.execute(db);
  const rest = (rows[0]?.channels ?? 0) - rows.length;
  const more = rest > 0 ? ` (and ${countOf(rest, 'more channel')})` : '';
  return rows.map(({ channel, why, count }, index) => {
    const place = outsideText(channel, 50) ?? '?';
    const said = outsideText(why, 60) ?? '?';
    return warning(
      'slack-posts',
      `Slack took ${countOf(count, 'message')} no more in ${place}: ${said}${index === rows.length - 1 ? more : ''}`,
      advice[why] ?? 'look at that channel, and name another one in the settings if it is gone',
    );
  });
}

export async function repositoryFindings(db: Kysely<Schema>): Promise<readonly Finding[]> {
  const places = await unreadablePlaces(db, null);
  const byRepository = [...Map.groupBy(places, ({ repository }) => repository)];
  return byRepository.slice(0, most).map(([repository, [place]], index) => {
    const rest = byRepository.length - most;
    const more = index === most - 1 && rest > 0 ? ` (and ${rest} more)` : '';
    return warning(
      'repositories',
      `${outsideText(repository, 120) ?? '?'} cannot be read for backports: ${outsideText(place?.why, 200) ?? '?'}${more}`,
      'let GITHUB_TOKEN or the GitHub App read it, or correct `repository` and `branches` in the settings',
    );
  });
}

/** The last edit of the settings, where the record does not know why it was made. */
export async function settingsFindings(
  db: Kysely<Schema>,
  settingsFile: string,
  now: Date,
): Promise<readonly Finding[]> {
  const edit = await unexplainedEdit(db);
  if (edit === null) return [];
  const named = edit.changed.slice(0, most).map((part) => outsideText(part, 60) ?? '?');
  const rest = edit.changed.length - named.length;
  const parts = `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const ago = formatDuration(Math.max(0, now.getTime() - edit.at.getTime()));
  return [
    warning(
      'settings-reason',
      `the last edit of the settings (${parts}), ${ago} ago: ${noReason}`,
      `with the next one, write edited: { by: you, why: the reason } into ${settingsFile}, or commit it before it is read`,
    ),
  ];
}

import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { versionOf } from '../git-host/version.ts';
import { defined } from '../reading/defined.ts';
import { deploysTo } from '../reading/deploy-name.ts';
import { Id, Sha, Time, WebUrl, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { Account, Repository, compareUrlOf } from './fields.ts';
import { runIdentity } from './run.ts';

const conclusions: Readonly<Record<string, Phase>> = {
  success: 'succeeded',
  failure: 'failed',
  timed_out: 'failed',
  startup_failure: 'failed',
  cancelled: 'cancelled',
};

const RunBody = z.object({
  action: z.string(),
  workflow: z.object({ name: text(200) }).nullish(),
  workflow_run: z.object({
    id: Id,
    name: text(200),
    run_attempt: Id.nullish(),
    conclusion: z.string().nullish(),
    head_branch: text(250),
    head_sha: Sha,
    html_url: WebUrl,
    display_title: text(300),
    run_started_at: Time.nullish(),
    created_at: Time,
    updated_at: Time,
    actor: Account,
    triggering_actor: Account,
  }),
  repository: Repository,
  sender: Account,
});

/** Most runs change nothing that runs. One that says in its workflow's name that it deploys, and where to, does. */
export const readWorkflowRun = reader(RunBody, (body, { catalog }) => {
  const { action, workflow, workflow_run: run } = body;
  const environment = deploysTo(workflow?.name ?? run.name ?? '', catalog.environments);
  if (environment === null) return ignored('a run that is no deploy by its name');
  const phase =
    action === 'in_progress'
      ? 'started'
      : action === 'completed'
        ? lookUp(conclusions, run.conclusion ?? undefined)
        : undefined;
  if (phase === undefined) return ignored('a run that did not deploy yet, or not at all');
  const repository = body.repository.full_name;
  const attempt = { repository, id: run.id, attempt: run.run_attempt ?? 1 };
  const began = run.run_started_at ?? run.created_at;
  const version = versionOf(run.head_branch ?? '');
  return told({
    statement: {
      key: `github:workflow_run:${repository}#${run.id}.${attempt.attempt}:${action}`,
      source: 'github',
      occurredAt: (action === 'completed' ? run.updated_at : began).toISOString(),
      startedAt: began.toISOString(),
      clock: 'source',
      phase,
      // A deployment of the same run knows better what it deploys.
      authority: -1,
      kind: 'deploy',
      environmentName: environment,
      repository,
      to: version ?? run.head_sha.slice(0, 7),
      commit: run.head_sha,
      details: defined({ workflow: workflow?.name ?? run.name, run: run.display_title }),
      ...defined({
        branch: version === undefined ? run.head_branch : undefined,
        actor: run.triggering_actor ?? run.actor ?? body.sender,
        compareUrl: compareUrlOf(body.repository),
        runUrl: run.html_url,
      }),
    },
    identities: [runIdentity(attempt, environment, catalog)],
    mentions: [
      { type: 'run', value: `${repository}#${run.id}` },
      { type: 'commit', value: `${repository}@${run.head_sha}` },
    ],
  });
});

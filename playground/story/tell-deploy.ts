import type { JsonObject } from '../json.ts';
import { exampleBody, within } from './bodies.ts';
import { minutesBefore, type DeployStep } from './day.ts';
import { delivery, iso, type GitHubDelivery, type Telling } from './telling.ts';

export function tellDeploy(telling: Telling, step: DeployStep): readonly GitHubDelivery[] {
  const { repository, by, environment } = step;
  const at = minutesBefore(telling.now, step.at);
  const id = telling.nextId();
  const place = `${repository} ${environment}`;
  const previous = telling.live.get(place);
  telling.live.set(place, { step, id, created: at });
  const created = exampleBody('deployment', 'created', { repository, sender: by });
  const statuses = step.statuses.map((status) =>
    statusOf(telling, step, { id, created: at, at: minutesBefore(telling.now, step.at - status.after), ...status }),
  );
  const ended = minutesBefore(telling.now, step.at - (step.statuses.at(-1)?.after ?? 0));
  return [
    delivery('deployment', repository, at, {
      ...created,
      deployment: { ...within(created, 'deployment'), ...deploymentFields(telling, step, id, at) },
    }),
    ...statuses,
    runOf(telling, step, ended),
    ...(previous === undefined
      ? []
      : [
          statusOf(telling, previous.step, {
            id: previous.id,
            created: previous.created,
            at: ended,
            state: 'inactive',
            description: '',
          }),
        ]),
  ];
}

function deploymentFields(
  telling: Telling,
  { repository, tag, environment, description }: DeployStep,
  id: number,
  at: Date,
): JsonObject {
  const { fullName, tags } = telling.repositoryOf(repository);
  const url = `https://api.github.com/repos/${fullName}/deployments/${id}`;
  return {
    id,
    url,
    statuses_url: `${url}/statuses`,
    sha: tags.get(tag),
    ref: tag,
    environment,
    original_environment: environment,
    description: description ?? null,
    created_at: iso(at),
    updated_at: iso(at),
  };
}

function statusOf(
  telling: Telling,
  step: DeployStep,
  status: { id: number; created: Date; at: Date; state: string; description: string },
): GitHubDelivery {
  const { repository, by, environment } = step;
  const example = exampleBody('deployment_status', 'created', { repository, sender: by });
  const run = runUrl(telling, step, status.id);
  return delivery('deployment_status', repository, status.at, {
    ...example,
    deployment: {
      ...within(example, 'deployment'),
      ...deploymentFields(telling, step, status.id, status.created),
      updated_at: iso(status.at),
    },
    deployment_status: {
      ...within(example, 'deployment_status'),
      id: telling.nextId(),
      state: status.state,
      description: status.description,
      environment,
      target_url: run,
      log_url: run,
      environment_url: '',
      created_at: iso(status.at),
      updated_at: iso(status.at),
    },
  });
}

function runUrl(telling: Telling, { repository }: DeployStep, deployment: number): string {
  return `https://github.com/${telling.repositoryOf(repository).fullName}/actions/runs/${deployment * 10 + 1}`;
}

function runOf(telling: Telling, step: DeployStep, ended: Date): GitHubDelivery {
  const { repository, by, tag, environment } = step;
  const began = minutesBefore(telling.now, step.at);
  const deployment = telling.live.get(`${repository} ${environment}`)?.id ?? 0;
  const workflow = { name: `Deploy to ${environment}`, path: `.github/workflows/deploy-${environment}.yml` };
  const example = exampleBody('workflow_run', 'completed', { repository, sender: by });
  const run = within(example, 'workflow_run');
  return delivery('workflow_run', repository, ended, {
    ...example,
    workflow: { ...within(example, 'workflow'), ...workflow },
    workflow_run: {
      ...run,
      id: deployment * 10 + 1,
      ...workflow,
      event: 'release',
      head_branch: tag,
      head_sha: telling.repositoryOf(repository).tags.get(tag),
      status: 'completed',
      conclusion: 'success',
      html_url: runUrl(telling, step, deployment),
      created_at: iso(began),
      run_started_at: iso(began),
      updated_at: iso(ended),
    },
  });
}

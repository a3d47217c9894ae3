import { z } from 'zod';
import type { Actor, Phase, Review } from '../../domain/event.ts';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { versionOf } from '../git-host/version.ts';
import { defined } from '../reading/defined.ts';
import { deployMentions } from '../reading/deploy-mentions.ts';
import { Id, Time, WebUrl, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { Project, User, compareUrlOf, timeOr } from './fields.ts';
import { jobIdentity } from './job-event.ts';

const phases: Readonly<Record<string, Phase>> = {
  created: 'mentioned',
  // It waits for an approval: https://gitlab.com/gitlab-org/gitlab/-/merge_requests/239337
  blocked: 'mentioned',
  approved: 'mentioned',
  rejected: 'mentioned',
  running: 'started',
  success: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
};

const verdicts: Readonly<Record<string, Review['verdict']>> = { approved: 'approved', rejected: 'changes-requested' };

const DeploymentBody = z.object({
  status: z.string(),
  status_changed_at: Time.nullish(),
  deployment_id: Id.nullish(),
  /** The job that deploys; none when the API made the deployment. */
  deployable_id: Id.nullish(),
  deployable_url: WebUrl,
  environment: text(250),
  environment_tier: text(50),
  environment_external_url: WebUrl,
  project: Project,
  ref: text(250),
  short_sha: text(40),
  user: User,
  /** Of an approval or a rejection. */
  approver: User,
  commit_url: WebUrl,
  commit_title: text(300),
});

export const readDeployment = reader(DeploymentBody, (deployment, { receivedAt }) => {
  const phase = lookUp(phases, deployment.status);
  if (phase === undefined) return ignored(`a deployment that is ${deployment.status}`);
  const { deployment_id: id, deployable_id: job, project, environment, environment_tier: tier, ref = '' } = deployment;
  const repository = project.full_name;
  const identities = [
    ...(typeof id === 'number' ? [{ type: 'deployment', value: `gitlab:${repository}#${id}` }] : []),
    ...(typeof job === 'number' ? [jobIdentity(repository, job)] : []),
  ];
  if (identities.length === 0) {
    return { outcome: 'malformed', error: 'neither deployment_id nor deployable_id is there', notWhatItSends: false };
  }
  // Only the address of the commit has all of its digits.
  const [, commit] = /\/commit\/([0-9a-f]{40})(?=$|[/?#])/.exec(deployment.commit_url ?? '') ?? [];
  const version = versionOf(ref);
  const details = defined({
    commit: deployment.commit_title,
    tier: tier === environment ? undefined : tier,
  });
  const runUrl = deployment.deployable_url;
  const time = timeOr(receivedAt, deployment.status_changed_at);
  const verdict = lookUp(verdicts, deployment.status);
  const by = verdict === undefined ? undefined : deployment.approver;
  const object = typeof id === 'number' ? `${repository}#${id}` : `${repository}#job-${job}`;
  return told({
    statement: {
      key: `gitlab:deployment:${object}:${deployment.status}${by === undefined ? '' : `:${nameOf(by)}`}`,
      source: 'gitlab',
      ...time,
      phase,
      kind: 'deploy',
      repository,
      ...defined({
        environmentName: environment,
        to: version ?? commit?.slice(0, 7) ?? deployment.short_sha,
        commit,
        branch: version === undefined && ref !== '' ? ref : undefined,
        actor: deployment.user,
        url: deployment.environment_external_url,
        compareUrl: compareUrlOf(project),
        runUrl,
        reviews: verdict === undefined || by === undefined ? undefined : [{ by, verdict, at: time.occurredAt }],
        details: Object.keys(details).length === 0 ? undefined : details,
      }),
    },
    identities,
    mentions: deployMentions({ repository, commit, version, runUrls: [runUrl] }),
  });
});

function nameOf({ login, email, name }: Actor): string {
  return firstCodePoints(login ?? email ?? name ?? '', 100);
}

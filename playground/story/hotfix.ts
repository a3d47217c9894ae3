import { git, type CommitInRepository, type Repository } from '../repositories.ts';
import { developers, minutesBefore, type DeployStep, type PushStep } from './day.ts';
import { tellDeploy } from './tell-deploy.ts';
import { tellPush } from './tell-merge.ts';
import { startTelling, type GitHubDelivery } from './telling.ts';

/** Of deployments and pushes that the day has not told of. */
const laterIds = 990_000;
export const hotfixTitle = 'Cap the connection pool of payments';
export const forgetfulTitle = 'Show the price of delivery before payment';

const hotfix: PushStep = {
  type: 'push',
  repository: 'checkout',
  author: 'grace',
  title: hotfixTitle,
  at: 14,
  files: { 'src/connections.ts': 'export const pool = { size: 20, waitMs: 250 };\n' },
  branch: 'hotfix/payment-pool',
};
/** A release of what production had before the hotfix, by somebody who does not know of it. */
const forgetful: PushStep = {
  type: 'push',
  repository: 'checkout',
  author: 'ada',
  title: forgetfulTitle,
  // After the incident was resolved, which was seconds ago.
  at: 0,
  files: { 'src/delivery.ts': 'export const shown = "before payment";\n' },
  branch: 'release/1.42.1',
};

/** A fix of what production runs, pushed to a branch of its own and deployed past staging. */
export async function tellHotfix(repository: Repository, now: Date): Promise<readonly GitHubDelivery[]> {
  const fixed = await withCommit(repository, { step: hotfix, on: 'v1.41.3', tag: 'v1.41.4', now });
  const telling = startTelling(new Map([['checkout', fixed]]), now, laterIds);
  const went = { state: 'success', after: 2.4, description: 'All pods ready' } as const;
  return [
    ...tellPush(telling, hotfix),
    ...tellDeploy(telling, deploy({ tag: 'v1.41.4', environment: 'production', by: 'grace', at: 12 }, [began, went])),
  ];
}

/** What `main` is by now goes to staging. */
export async function tellStaging(repository: Repository, now: Date): Promise<readonly GitHubDelivery[]> {
  const head = (await git(repository.folder, ['rev-parse', 'refs/heads/main'])).trim();
  await git(repository.folder, ['tag', 'v1.43.0', head]);
  const tagged = { ...repository, tags: new Map([...repository.tags, ['v1.43.0', head]]) };
  const telling = startTelling(new Map([['checkout', tagged]]), now, laterIds + 1000);
  const went = { state: 'success', after: 0.4, description: 'All pods ready' } as const;
  return tellDeploy(telling, deploy({ tag: 'v1.43.0', environment: 'staging', by: 'ada', at: 0.5 }, [began, went]));
}

/** A deploy to production that has begun, of a release without the hotfix. */
export async function tellForgetfulDeploy(repository: Repository, now: Date): Promise<readonly GitHubDelivery[]> {
  const released = await withCommit(repository, { step: forgetful, on: 'v1.42.0', tag: 'v1.42.1', now });
  const telling = startTelling(new Map([['checkout', released]]), now, laterIds + 2000);
  const statuses = [{ ...began, after: 0 }];
  const told = tellDeploy(telling, deploy({ tag: 'v1.42.1', environment: 'production', by: 'ada', at: 0 }, statuses));
  return [...tellPush(telling, forgetful), ...told.filter(({ event }) => event !== 'workflow_run')];
}

const began = { state: 'in_progress', after: 0.2, description: 'Rolling out' } as const;

function deploy(
  step: Pick<DeployStep, 'tag' | 'environment' | 'by' | 'at'>,
  statuses: DeployStep['statuses'],
): DeployStep {
  return { type: 'deploy', repository: 'checkout', ...step, statuses };
}

/** The repository with one more commit, on a branch of its own. */
async function withCommit(
  repository: Repository,
  { step, on, tag, now }: { readonly step: PushStep; readonly on: string; readonly tag: string; readonly now: Date },
): Promise<Repository> {
  const { folder, tags, commits } = repository;
  const { name, email } = developers[step.author];
  const at = minutesBefore(now, step.at);
  const stamp = `${name} <${email}> ${Math.floor(at.getTime() / 1000)} +0000`;
  const parent = tags.get(on) ?? null;
  const stream = [
    `commit refs/heads/${step.branch}\nauthor ${stamp}\ncommitter ${stamp}\n`,
    `data ${Buffer.byteLength(step.title)}\n${step.title}\nfrom ${parent}\n`,
    ...Object.entries(step.files).map(
      ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
    ),
    `\nreset refs/tags/${tag}\nfrom refs/heads/${step.branch}\n`,
  ];
  await git(folder, ['fast-import', '--quiet'], stream.join(''));
  const sha = (await git(folder, ['rev-parse', `refs/heads/${step.branch}`])).trim();
  const commit: CommitInRepository = {
    sha,
    title: step.title,
    author: step.author,
    at,
    added: Object.keys(step.files),
    modified: [],
    parent,
    pullRequest: null,
  };
  return { ...repository, commits: [...commits, commit], tags: new Map([...tags, [tag, sha]]) };
}

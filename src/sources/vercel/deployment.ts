import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { WebUrl, actorOf, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { type Reader, reader, told } from '../reading/reader.ts';
import { Named, User, VercelId, envelope } from './fields.ts';

const DeploymentBody = z.object({
  ...envelope,
  payload: z.object({
    user: User,
    deployment: z.object({
      id: VercelId,
      name: text(100),
      url: text(300),
      meta: z.record(z.string(), z.unknown()).nullish(),
      customEnvironmentId: text(100),
    }),
    links: z.object({ deployment: WebUrl }).nullish(),
    target: text(100),
    project: Named,
  }),
});

/** A deployment on its way: all its deliveries are one change. `always`: where it goes whatever its target. */
export function readDeployment(phase: Phase, always?: string): Reader {
  return reader(DeploymentBody, ({ type, createdAt, payload }) => {
    const { deployment, user, links, target } = payload;
    const { repository, commit, branch, message, author, pullRequest } = originOf(deployment.meta ?? {});
    return told({
      statement: {
        key: `vercel:${type}:${deployment.id}:${createdAt.toISOString()}`,
        source: 'vercel',
        occurredAt: createdAt.toISOString(),
        clock: 'source',
        phase,
        kind: 'deploy',
        ...defined({
          environmentName: always ?? environmentOf(target, deployment.customEnvironmentId),
          serviceName: deployment.name ?? payload.project?.name,
          repository,
          commit,
          branch,
          to: commit?.slice(0, 7),
          actor: user ?? author,
          commits:
            commit === undefined || message === undefined
              ? undefined
              : [{ sha: commit, title: message, ...defined({ author }) }],
          url: links?.deployment,
          details: deployment.url === undefined ? undefined : { address: deployment.url },
        }),
      },
      identities: [{ type: 'deployment', value: `vercel:${deployment.id}` }],
      mentions: [
        ...(repository === undefined || commit === undefined
          ? []
          : [{ type: 'commit', value: `${repository}@${commit}` }]),
        ...pullRequest,
      ],
    });
  });
}

/** Without a target it is a preview, or goes to an environment of the team's own of which only the number is told. */
function environmentOf(target: string | undefined, own: string | undefined): string | undefined {
  return target ?? (own === undefined ? 'preview' : undefined);
}

interface Origin {
  readonly repository?: string | undefined;
  readonly commit?: string | undefined;
  readonly branch?: string | undefined;
  readonly message?: string | undefined;
  readonly author?: ReturnType<typeof actorOf>;
  readonly pullRequest: readonly Identity[];
}

/** What the deployment was made of: https://vercel.com/docs/git. Empty when it was uploaded by hand. */
function originOf(meta: Readonly<Record<string, unknown>>): Origin {
  const field = (name: string, limit = 200) => outsideText(lookUp(meta, name), limit);
  const host = ['github', 'gitlab', 'bitbucket'].find((each) => field(`${each}CommitSha`) !== undefined);
  if (host === undefined) return { pullRequest: [] };
  const sha = field(`${host}CommitSha`)?.toLowerCase() ?? '';
  const message = meta[`${host}CommitMessage`];
  const repository = repositoryOf(
    {
      github: [field('githubCommitOrg') ?? field('githubOrg'), field('githubCommitRepo') ?? field('githubRepo')],
      gitlab: [field('gitlabProjectPath')],
      bitbucket: [field('bitbucketRepoOwner') ?? field('bitbucketRepoWorkspace'), field('bitbucketRepoSlug')],
    }[host] ?? [],
  );
  const number = field('githubPrId');
  return {
    repository,
    commit: /^[0-9a-f]{40}$/.test(sha) ? sha : undefined,
    branch: field(`${host}CommitRef`, 250),
    message: typeof message === 'string' ? outsideText(message.trimStart().split('\n', 1)[0], 300) : undefined,
    author: actorOf({ login: field(`${host}CommitAuthorLogin`), name: field(`${host}CommitAuthorName`) }),
    pullRequest:
      host === 'github' && repository !== undefined && number !== undefined && /^\d{1,12}$/.test(number)
        ? [{ type: 'pull-request', value: `${repository}#${number}` }]
        : [],
  };
}

function repositoryOf(parts: readonly (string | undefined)[]): string | undefined {
  const name = parts.join('/').toLowerCase();
  return /^[\w.~-]+(?:\/[\w.~-]+)+$/.test(name) && name.length <= 150 ? name : undefined;
}

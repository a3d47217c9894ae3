import { resolve } from 'node:path';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { z } from 'zod';
import type { Environment } from '../config/environment.ts';
import { usualGitBaseUrl } from '../config/environment.ts';
import { programEnvironment } from '../config/program-environment.ts';
import type { GitHubApi } from '../deploys/github-api.ts';
import type { GitOrigin } from '../git/run-git.ts';

/** Null when nobody said where to clone from and nothing gives access: whole repositories are not fetched unasked. */
export function gitOrigin(told: Pick<Environment, 'gitBaseUrl' | 'github' | 'githubApiUrl' | 'dataDirectory'>) {
  const { gitBaseUrl, github, dataDirectory } = told;
  if (gitBaseUrl === usualGitBaseUrl && github === null) return null;
  const token = github?.kind === 'token' && isSameHost(told) ? github.token : null;
  // Absolute, because git tells it to programs that stand in other folders.
  const folder = resolve(dataDirectory, 'git');
  return { baseUrl: gitBaseUrl, token, folder, environment: programEnvironment() } satisfies GitOrigin;
}

/** GitHub's token is for GitHub, wherever repositories are cloned from. Its API is at `api.<host>` or on the host itself. */
export function isSameHost({ gitBaseUrl, githubApiUrl }: Pick<Environment, 'gitBaseUrl' | 'githubApiUrl'>): boolean {
  return new URL(gitBaseUrl).hostname === new URL(githubApiUrl).hostname.replace(/^api\./, '');
}

/**
 * What may push to a repository where an app is set: it reads and writes with a token of the installation that holds it.
 * Null: the token that clones is the one, or there is none for that server.
 */
export function gitHubPushToken(told: Environment): ((repository: string) => Promise<string>) | null {
  const { github, githubApiUrl: baseUrl } = told;
  if (github?.kind !== 'app' || !isSameHost(told)) return null;
  const { appId, privateKey } = github;
  const app = new Octokit({ baseUrl, authStrategy: createAppAuth, auth: { appId, privateKey } });
  return async (repository) => {
    const [owner = '', repo = ''] = repository.split('/');
    const { data } = await app.request('GET /repos/{owner}/{repo}/installation', { owner, repo });
    const auth = { appId, privateKey, installationId: data.id };
    const { token } = InstallationToken.parse(
      await new Octokit({ baseUrl, authStrategy: createAppAuth, auth }).auth({ type: 'installation' }),
    );
    return token;
  };
}

const InstallationToken = z.object({ token: z.string().min(1) });

/** Null without credentials. An app answers for whichever of its installations holds the repository. */
export function gitHubApi({
  github,
  githubApiUrl: baseUrl,
}: Pick<Environment, 'github' | 'githubApiUrl'>): GitHubApi | null {
  if (github === null) return null;
  if (github.kind === 'token') return new Octokit({ baseUrl, auth: github.token });
  const { appId, privateKey } = github;
  const app = new Octokit({ baseUrl, authStrategy: createAppAuth, auth: { appId, privateKey } });
  const installations = new Map<string, Promise<Octokit>>();
  return {
    async request(route, parameters) {
      const { owner, repo } = parameters;
      const repository = `${owner}/${repo}`;
      const known = installations.get(repository);
      const installation = known ?? installationOf(String(owner), String(repo));
      if (known === undefined) {
        installations.set(repository, installation);
        installation.catch(() => installations.delete(repository));
      }
      return (await installation).request(route, parameters);
    },
  };

  async function installationOf(owner: string, repo: string): Promise<Octokit> {
    const { data } = await app.request('GET /repos/{owner}/{repo}/installation', { owner, repo });
    return new Octokit({ baseUrl, authStrategy: createAppAuth, auth: { appId, privateKey, installationId: data.id } });
  }
}

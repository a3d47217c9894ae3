import { describe, expect, it } from 'vitest';
import { senderEnvironment } from './sender-environment.ts';

const sha = 'c0ffee00'.repeat(5);

describe('the run of a CI system', () => {
  it.each<[string, Readonly<Record<string, string>>, object]>([
    [
      'GitHub Actions',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'acme/checkout',
        GITHUB_RUN_ID: '7001',
        GITHUB_SHA: sha,
        GITHUB_ACTOR: 'ada',
        GITHUB_TRIGGERING_ACTOR: 'grace',
      },
      {
        actor: 'grace',
        url: 'https://github.com/acme/checkout/actions/runs/7001',
        commit: sha,
        repository: 'acme/checkout',
        id: '7001',
      },
    ],
    [
      'GitLab',
      {
        GITLAB_CI: 'true',
        GITLAB_USER_LOGIN: 'ada',
        GITLAB_USER_EMAIL: 'ada@example.com',
        CI_JOB_URL: 'https://gitlab.example.com/acme/shop/checkout/-/jobs/7',
        CI_COMMIT_SHA: sha,
        CI_PROJECT_PATH: 'acme/shop/checkout',
        CI_ENVIRONMENT_NAME: 'production',
        CI_JOB_ID: '7',
      },
      {
        actor: 'ada',
        email: 'ada@example.com',
        url: 'https://gitlab.example.com/acme/shop/checkout/-/jobs/7',
        commit: sha,
        repository: 'acme/shop/checkout',
        environment: 'production',
        id: '7',
      },
    ],
    [
      'CircleCI',
      {
        CIRCLECI: 'true',
        CIRCLE_USERNAME: 'ada',
        CIRCLE_BUILD_URL: 'https://circleci.com/gh/acme/checkout/7',
        CIRCLE_SHA1: sha,
        CIRCLE_PROJECT_USERNAME: 'acme',
        CIRCLE_PROJECT_REPONAME: 'checkout',
        CIRCLE_BUILD_NUM: '7',
      },
      {
        actor: 'ada',
        repository: 'acme/checkout',
        url: 'https://circleci.com/gh/acme/checkout/7',
        commit: sha,
        id: '7',
      },
    ],
    [
      'Buildkite, unblocked by somebody',
      {
        BUILDKITE: 'true',
        BUILDKITE_BUILD_CREATOR: 'Ada',
        BUILDKITE_BUILD_CREATOR_EMAIL: 'ada@example.com',
        BUILDKITE_UNBLOCKER: 'Grace',
        BUILDKITE_REPO: 'git@github.com:acme/checkout.git',
      },
      { actor: 'Grace', repository: 'git@github.com:acme/checkout.git' },
    ],
    [
      'Jenkins',
      {
        JENKINS_URL: 'https://ci.example.com/',
        BUILD_URL: 'https://ci.example.com/job/checkout/7/',
        GIT_COMMIT: sha,
        BUILD_TAG: 'jenkins-checkout-7',
      },
      { url: 'https://ci.example.com/job/checkout/7/', commit: sha, id: 'jenkins-checkout-7' },
    ],
    [
      'Azure Pipelines',
      {
        TF_BUILD: 'True',
        SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: 'https://dev.azure.com/acme/',
        SYSTEM_TEAMPROJECT: 'the shop',
        BUILD_BUILDID: '7',
      },
      { url: 'https://dev.azure.com/acme/the%20shop/_build/results?buildId=7', id: '7' },
    ],
    [
      'Bitbucket',
      {
        BITBUCKET_BUILD_NUMBER: '7',
        BITBUCKET_REPO_FULL_NAME: 'acme/checkout',
        BITBUCKET_DEPLOYMENT_ENVIRONMENT: 'production',
      },
      { repository: 'acme/checkout', environment: 'production', id: '7' },
    ],
    ['none', { GITHUB_SHA: sha, CI: 'true' }, {}],
  ])('%s is told by its variables', (_, env, expected) => {
    const told = Object.entries(senderEnvironment(env).run).filter(([, value]) => value !== undefined);

    expect(Object.fromEntries(told)).toEqual(expected);
  });

  it('says nothing of what is blank', () => {
    expect(senderEnvironment({ GITHUB_ACTIONS: 'true', GITHUB_ACTOR: ' ' }).run.actor).toBeUndefined();
  });
});

it('is in the folder where npm was called', () => {
  const env = { npm_lifecycle_event: 'sincewhen', INIT_CWD: '/srv/checkout' };

  expect(senderEnvironment(env).directory).toBe('/srv/checkout');
  expect(senderEnvironment({ ...env, npm_lifecycle_event: 'deploy' }).directory).toBeUndefined();
});

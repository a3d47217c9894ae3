type Variables = Readonly<Record<string, string | undefined>>;

/** What the process knows that tells of a change: where to, and what its CI system says of the run that it is in. */
export interface SenderEnvironment {
  /** `SINCEWHEN_URL`, the address of a running service. */
  readonly server: string | undefined;
  /** `SINCEWHEN_TOKEN`. */
  readonly token: string | undefined;
  /** `HMAC_KEY`: the key of secrets’ digests, the same wherever they are compared. */
  readonly hmacKey: string | undefined;
  /** Where whoever called us is: npm moves to the folder of the package. */
  readonly directory: string | undefined;
  readonly run: CiRun;
}

export interface CiRun {
  readonly actor?: string | undefined;
  readonly email?: string | undefined;
  readonly url?: string | undefined;
  readonly commit?: string | undefined;
  /** `<owner>/<name>`, or the repository's address. */
  readonly repository?: string | undefined;
  readonly environment?: string | undefined;
  /** Tells this run from others of the same system. */
  readonly id?: string | undefined;
}

export function senderEnvironment(env: Variables = process.env): SenderEnvironment {
  return {
    server: textOf(env['SINCEWHEN_URL']),
    token: textOf(env['SINCEWHEN_TOKEN']),
    hmacKey: textOf(env['HMAC_KEY']),
    directory: env['npm_lifecycle_event'] === 'sincewhen' ? textOf(env['INIT_CWD']) : undefined,
    run: ciRun(env),
  };
}

interface System {
  /** Set wherever this system runs something. */
  readonly sign: string;
  readonly read: (given: (name: string) => string | undefined) => CiRun;
}

/** Each by the variables that its vendor documents. */
const systems: readonly System[] = [
  {
    sign: 'GITHUB_ACTIONS',
    read: (given) => ({
      actor: given('GITHUB_TRIGGERING_ACTOR') ?? given('GITHUB_ACTOR'),
      url: joined(given('GITHUB_SERVER_URL'), given('GITHUB_REPOSITORY'), 'actions/runs', given('GITHUB_RUN_ID')),
      commit: given('GITHUB_SHA'),
      repository: given('GITHUB_REPOSITORY'),
      id: given('GITHUB_RUN_ID'),
    }),
  },
  {
    sign: 'GITLAB_CI',
    read: (given) => ({
      actor: given('GITLAB_USER_LOGIN') ?? given('GITLAB_USER_NAME'),
      email: given('GITLAB_USER_EMAIL'),
      url: given('CI_JOB_URL') ?? given('CI_PIPELINE_URL'),
      commit: given('CI_COMMIT_SHA'),
      repository: given('CI_PROJECT_PATH'),
      environment: given('CI_ENVIRONMENT_NAME'),
      id: given('CI_JOB_ID') ?? given('CI_PIPELINE_ID'),
    }),
  },
  {
    sign: 'CIRCLECI',
    read: (given) => ({
      actor: given('CIRCLE_USERNAME'),
      url: given('CIRCLE_BUILD_URL'),
      commit: given('CIRCLE_SHA1'),
      repository: joined(given('CIRCLE_PROJECT_USERNAME'), given('CIRCLE_PROJECT_REPONAME')),
      id: given('CIRCLE_WORKFLOW_JOB_ID') ?? given('CIRCLE_BUILD_NUM'),
    }),
  },
  {
    sign: 'BUILDKITE',
    read: (given) => ({
      actor: given('BUILDKITE_UNBLOCKER') ?? given('BUILDKITE_BUILD_CREATOR'),
      email: given('BUILDKITE_UNBLOCKER') === undefined ? given('BUILDKITE_BUILD_CREATOR_EMAIL') : undefined,
      url: given('BUILDKITE_BUILD_URL'),
      commit: given('BUILDKITE_COMMIT'),
      repository: given('BUILDKITE_REPO'),
      id: given('BUILDKITE_JOB_ID') ?? given('BUILDKITE_BUILD_ID'),
    }),
  },
  {
    sign: 'JENKINS_URL',
    read: (given) => ({
      // Of the plugin "build user vars"; Jenkins itself names nobody.
      actor: given('BUILD_USER_ID') ?? given('BUILD_USER'),
      email: given('BUILD_USER_EMAIL'),
      url: given('BUILD_URL'),
      commit: given('GIT_COMMIT'),
      repository: given('GIT_URL') ?? given('GIT_URL_1'),
      id: given('BUILD_TAG') ?? given('BUILD_ID'),
    }),
  },
  {
    sign: 'TF_BUILD',
    read: (given) => ({
      actor: given('BUILD_REQUESTEDFOR'),
      email: given('BUILD_REQUESTEDFOREMAIL'),
      url: azureRun(given),
      commit: given('BUILD_SOURCEVERSION'),
      repository: given('BUILD_REPOSITORY_URI') ?? given('BUILD_REPOSITORY_NAME'),
      environment: given('ENVIRONMENT_NAME'),
      id: given('BUILD_BUILDID'),
    }),
  },
  {
    sign: 'BITBUCKET_BUILD_NUMBER',
    read: (given) => ({
      url: joined(given('BITBUCKET_GIT_HTTP_ORIGIN'), 'pipelines/results', given('BITBUCKET_BUILD_NUMBER')),
      commit: given('BITBUCKET_COMMIT'),
      repository: given('BITBUCKET_REPO_FULL_NAME'),
      environment: given('BITBUCKET_DEPLOYMENT_ENVIRONMENT'),
      id: given('BITBUCKET_BUILD_NUMBER'),
    }),
  },
];

function ciRun(env: Variables): CiRun {
  const system = systems.find(({ sign }) => textOf(env[sign]) !== undefined);
  return system?.read((name) => textOf(env[name])) ?? {};
}

function azureRun(given: (name: string) => string | undefined): string | undefined {
  const [collection, project, id] = [
    given('SYSTEM_TEAMFOUNDATIONCOLLECTIONURI'),
    given('SYSTEM_TEAMPROJECT'),
    given('BUILD_BUILDID'),
  ];
  if (collection === undefined || project === undefined || id === undefined) return undefined;
  return `${collection.replace(/\/+$/, '')}/${encodeURIComponent(project)}/_build/results?buildId=${id}`;
}

/** Undefined when a part is. */
function joined(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join('/');
}

function textOf(value: string | undefined): string | undefined {
  const text = value?.trim() ?? '';
  return text === '' ? undefined : text;
}

import type { BackportDependencies } from '../backports/place.ts';
import { followPull } from '../backports/pulls/follow.ts';
import { gitHubPulls } from '../backports/pulls/github.ts';
import { makePull } from '../backports/pulls/make.ts';
import type { PullDependencies } from '../backports/pulls/place.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Settings } from '../config/settings.ts';
import { sweepScratches } from '../git/scratch.ts';
import type { Handlers } from '../jobs/register.ts';
import type { People } from '../people/people.ts';
import { gitHubApi, gitHubPushToken, isSameHost } from './git.ts';
import type { PullOpening } from '../domain/by-hand.ts';

interface HostOptions {
  readonly environment: Parameters<typeof gitHubApi>[0] & Parameters<typeof isSameHost>[0];
  readonly settings: Pick<Settings, 'backports'>;
}

interface Options {
  readonly configuration: Pick<Configuration, 'environment' | 'settings'>;
  readonly backports: BackportDependencies;
}

/** What asking for pull requests, making and following them works with. */
export function pullContext({ configuration, backports }: Options): PullDependencies {
  const { environment } = configuration;
  return {
    ...backports,
    host: hostOf(configuration),
    pushToken: gitHubPushToken(environment),
    publicUrl: environment.publicUrl,
  };
}

/** Where pull requests are opened, or why none are. */
export function hostOf({ environment, settings }: HostOptions): PullDependencies['host'] {
  const { protocol, hostname } = new URL(environment.gitBaseUrl);
  // GitLab opens one when a push tells it to.
  const opening = hostname.includes('gitlab') ? ('push' as const) : ('person' as const);
  const none = (why: string) => ({ outcome: 'none' as const, why, opening });
  if (!settings.backports.open_pull_requests) return none('The settings say that no pull requests are to be opened.');
  const api = gitHubApi(environment);
  if (api === null) {
    return none(
      'Nothing gives access to GitHub, where pull requests are opened: set GITHUB_TOKEN, or an app with GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY.',
    );
  }
  if (protocol !== 'file:' && !isSameHost(environment)) {
    return none(`Repositories come from ${hostname}, and pull requests are opened at GitHub only.`);
  }
  return { outcome: 'host', host: gitHubPulls(api) };
}

export function openingOf(configuration: HostOptions): PullOpening {
  const host = hostOf(configuration);
  return host.outcome === 'host' ? 'ours' : host.opening;
}

/** What is done about pull requests in the background. */
export async function startBackportPulls({
  people,
  ...options
}: Options & { readonly people: Pick<People, 'directoryOf'> }) {
  const context = { ...pullContext(options), directoryOf: people.directoryOf };
  if (context.git !== null) await sweepScratches(context.git, context.now());
  const until = (signal: AbortSignal) => ({
    ...context,
    git: context.git === null ? null : { ...context.git, signal },
  });
  return {
    'open-backport-pull': ({ backportId }, signal) => makePull(until(signal), backportId),
    'follow-backport-pull': (followed, signal) => followPull(until(signal), followed),
  } satisfies Partial<Handlers>;
}

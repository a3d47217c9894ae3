import type { Kysely } from 'kysely';
import { listBackports } from '../backports/list.ts';
import { pullsOf } from '../backports/pulls/kept.ts';
import type { Configuration } from '../config/configuration.ts';
import { digestScopeIn, digestTargetsOf, digestTimesOf } from '../config/digest-rules.ts';
import type { Logger } from '../config/logger.ts';
import { pairsOf } from '../config/parity-rules.ts';
import { restrictedServices } from '../config/restricted-services.ts';
import { defaultEnvironmentOf } from '../config/settings-names.ts';
import type { Schema } from '../database/schema.ts';
import { gatherFacts, type DigestSources } from '../digest/gather.ts';
import { recentlyHome } from '../digest/home.ts';
import { previousOf } from '../digest/rows.ts';
import { visibleFacts } from '../digest/visible-facts.ts';
import type { Backport } from '../domain/backports/backport.ts';
import { composeDigest } from '../domain/digest/compose.ts';
import { nextDue } from '../domain/digest/schedule.ts';
import type { BackportFacts, DigestScope } from '../domain/digest/facts.ts';
import { personOf, type Directory } from '../domain/people/directory.ts';
import { deployerOf, ownerOf, teamOf } from '../domain/people/owners.ts';
import { type RestrictedService, type Viewer, viewerOf } from '../domain/viewer.ts';
import { digestMeasures } from '../measures/digest.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { enqueue } from '../jobs/enqueue.ts';
import type { Handlers } from '../jobs/register.ts';
import { visibleReport } from '../parity/visible-report.ts';
import type { Concerned, People } from '../people/people.ts';
import type { DigestPort } from '../slack/digest/port.ts';
import { comparison } from './comparison.ts';
import { gitOrigin } from './git.ts';
import { releaseRulesOf } from '../config/release-rules.ts';
import { risksFound } from '../digest/risks.ts';

interface Known {
  readonly db: Kysely<Schema>;
  readonly configuration: Pick<Configuration, 'settings' | 'catalog'>;
  readonly git: GitOrigin | null;
  /** Whoever is named so, or looks after these services, by the settings and by what people said of themselves. */
  readonly directoryOf: (concerned: Concerned) => Promise<Directory>;
}

interface Options {
  readonly configuration: Configuration;
  readonly db: Kysely<Schema>;
  readonly now: () => Date;
}

/** More are counted, and not named. */
const mostBackports = 500;
const waiting = ['open', 'candidate', 'not-evaluable'] as const;

/** Keeps the score of each pair, also while nobody compares: the trend would have holes. */
export function keepScores({ configuration, db, now }: Options): Handlers['keep-scores'] {
  const compare = comparison({ db, configuration, git: gitOrigin(configuration.environment) });
  return async () => {
    for (const pair of pairsOf(configuration.settings)) await compare({ pair, service: null, at: now() });
  };
}

/** Without Slack, or where the settings want no digest, there is nobody to tell. */
export async function startDigests(
  options: Options & { readonly people: Pick<People, 'directoryOf'>; readonly logger: Logger },
): Promise<Handlers['tend-digests']> {
  const { configuration, db, people, logger, now } = options;
  const { slack, slackApiUrl } = configuration.environment;
  const times = digestTimesOf(configuration.settings);
  if (slack === null || times === null) return () => Promise.resolve();
  const { createDigests } = await import('../slack/digests.ts');
  const tend = createDigests({
    db,
    times,
    targets: digestTargetsOf(configuration.settings),
    sources: digestSources({
      db,
      configuration,
      git: gitOrigin(configuration.environment),
      // It names people and addresses nobody: while Slack cannot be asked about somebody, it comes all the same.
      directoryOf: (concerned) => people.directoryOf({ ...concerned, leavers: true }),
    }),
    botToken: slack.botToken,
    apiUrl: slackApiUrl,
    log: logger,
    now,
  });
  return async () => {
    const again = await tend();
    if (again !== null) await enqueue(db, 'tend-digests', {}, { jobKey: 'tend-digests:again', runAt: again });
  };
}

/** What Slack's part of the digest works with. */
export function digestPort(known: Known): DigestPort {
  const { settings } = known.configuration;
  const sources = digestSources(known);
  const times = digestTimesOf(settings);
  return {
    times,
    channel: settings.digest?.channel ?? null,
    ofServices: settings.digest?.services ?? false,
    preview: async (channel, now) => {
      const scope = digestScopeIn(settings, channel);
      const [facts, previous] = await Promise.all([
        gatherFacts({ db: known.db, sources }, now),
        // Of the next one, so that it is compared with what that will be compared with.
        times === null ? null : previousOf(known.db, channel.id, nextDue(times, now).at),
      ]);
      return composeDigest(await visibleFacts(sources, facts, scope), { scope, dueAt: now, previous });
    },
  };
}

/** What the digest tells of parity and backports comes from these features, which know nothing of it. */
export function digestSources({ configuration, db, git, directoryOf }: Known): DigestSources {
  const { settings } = configuration;
  const restricted = restrictedServices(settings);
  const { hidden } = viewerOf(restricted, { type: 'anybody' });
  const reference = pairsOf(settings)[0]?.reference ?? defaultEnvironmentOf(settings);
  const withPulls = async (found: readonly Backport[]): Promise<readonly BackportFacts[]> => {
    const pulls = await pullsOf(
      db,
      found.map(({ id }) => id),
    );
    const directory = await directoryOf({
      identities: found.flatMap(({ id, owner }) => [owner ?? [], pulls.get(id)?.author ?? []].flat()),
      services: found.flatMap(({ service }) => service ?? []),
    });
    return found.map((backport) => {
      const pull = pulls.get(backport.id) ?? null;
      const author = pull?.author ?? null;
      return {
        backport,
        pull: pull === null ? null : { ...pull, author: author === null ? null : nameOf(directory, author) },
        owner: ownerOf(directory, backport)?.name ?? null,
      };
    });
  };
  return {
    pairs: pairsOf(settings),
    compare: comparison({ db, configuration, git }),
    openBackports: async () =>
      withPulls(await listBackports(db, { states: [...waiting], untold: hidden, limit: mostBackports })),
    homeSince: async (since) => {
      const ids = await recentlyHome(db, since, mostBackports);
      return withPulls(ids.length === 0 ? [] : await listBackports(db, { ids, untold: hidden, limit: mostBackports }));
    },
    owners: async () => {
      const directory = await directoryOf({ identities: [], services: Object.keys(settings.services) });
      return (service) => ownerNamed(directory, service);
    },
    actors: async (named) => {
      const directory = await directoryOf({ identities: named });
      return (actor) => nameOf(directory, actor);
    },
    measures: (from, to) => digestMeasures(db, { from, to, services: [], environment: reference, hidden }),
    risks: (since, at) =>
      risksFound(db, {
        settings: configuration.catalog,
        releases: releaseRulesOf(settings),
        environment: reference,
        since,
        at,
      }),
    viewerIn: (scope) => viewerIn(restricted, scope),
    visible: (report, viewer) => visibleReport(db, report, viewer),
  };
}

/** The channel of a restricted service may see that one. */
function viewerIn(restricted: readonly RestrictedService[], { services }: DigestScope): Viewer {
  const own = services ?? new Set();
  return viewerOf(
    restricted.filter(({ names }) => !names.some((name) => own.has(name))),
    { type: 'anybody' },
  );
}

/** Whoever owns it; else the team. */
function ownerNamed(directory: Directory, service: string | null): string | null {
  return (deployerOf(directory, service) ?? teamOf(directory, service))?.name ?? null;
}

/** What is not known by another name is called as it calls itself. */
function nameOf(directory: Directory, actor: string): string {
  return personOf(directory, actor)?.name ?? actor;
}

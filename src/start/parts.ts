import type { RequestListener } from 'node:http';
import { sql } from 'kysely';
import { factJobs, tellsOfFacts } from '../backports/facts/jobs.ts';
import { backportJobs, guardJobs, isWatched } from '../backports/jobs.ts';
import { isFollowed, pullJobs } from '../backports/pulls/jobs.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { pairsOf } from '../config/parity-rules.ts';
import { releaseRulesOf } from '../config/release-rules.ts';
import { defaultEnvironmentOf, peopleNames } from '../config/settings-names.ts';
import { groupsNamed, restrictedServices } from '../config/restricted-services.ts';
import type { Settings } from '../config/settings.ts';
import { viewerOf } from '../domain/viewer.ts';
import { secretVariable } from '../config/source-names.ts';
import { migrate, pendingMigrations } from '../database/migrate.ts';
import { keepPartitions } from '../database/partitions.ts';
import type { Database } from '../database/pool.ts';
import { reachDatabase } from '../database/reach.ts';
import { readCarried } from '../deploys/carried.ts';
import { enqueueMisplaced, enqueueRelations, isRelated, relationJobs } from '../deploys/enqueue-relations.ts';
import { relateDeploy } from '../deploys/relate.ts';
import { apiRoutes } from '../http/api.ts';
import { backportRoutes } from '../http/backports.ts';
import { doorRoutes } from '../http/doors.ts';
import { healthRoutes } from '../http/health.ts';
import { incidentRoutes } from '../http/incidents.ts';
import { joinRoutes } from '../http/join-incidents.ts';
import { ingestRoutes } from '../http/ingest.ts';
import { measureRoutes } from '../http/measures.ts';
import type { Metrics } from '../http/metrics.ts';
import { parityRoutes } from '../http/parity.ts';
import { pagerDutyChangeRoutes } from '../http/pagerduty-changes.ts';
import { buildServer } from '../http/server.ts';
import { snapshotRoutes } from '../http/snapshots.ts';
import { incidentJobs, noIncidentIsOpen } from '../incidents/jobs.ts';
import { createIngest } from '../ingest/ingest.ts';
import { freezeJobs } from '../freezes/jobs.ts';
import { enqueue, enqueueMixed } from '../jobs/enqueue.ts';
import { catchUpGitHub } from '../jobs/catch-up-github.ts';
import { freeJobsOfTheDead } from '../jobs/dead-workers.ts';
import type { Handlers } from '../jobs/register.ts';
import { migrateJobs, startJobs } from '../jobs/run.ts';
import { wantGroups } from '../people/groups.ts';
import { applyAlias } from '../names/apply-alias.ts';
import { settleDrift } from '../parity/settle-drift.ts';
import { cloudEvents } from '../sources/cloudevents.ts';
import { api as apiDefinition } from '../sources/generic-change.ts';
import { gitHubDeliveries } from '../sources/github-deliveries.ts';
import { concealWith } from '../sources/reading/conceal.ts';
import { openSource } from '../sources/reading/open.ts';
import { openSources, sourceStates } from '../sources/registry.ts';
import { terraformPlan } from '../sources/terraform-plan.ts';
import { startAlarms } from './alarms.ts';
import { afterRelating, backportContext, backportHandlers } from './backports.ts';
import { openingOf, startBackportPulls } from './backport-pulls.ts';
import { takeBotMessages } from './bot-messages.ts';
import { startCards } from './cards.ts';
import { comparison } from './comparison.ts';
import { factBackportHandler } from './fact-backports.ts';
import { gitHubApi, gitOrigin } from './git.ts';
import { keepScores, startDigests } from './digest.ts';
import { askAgainAfterRelating, startFreezes } from './freezes.ts';
import { startGuards } from './guards.ts';
import { groupsHandler } from './groups.ts';
import { incidentContext, incidentHandlers } from './incidents.ts';
import { sealHandler } from './ledger.ts';
import { parityContext } from './parity.ts';
import { startNags, thenTold } from './nags.ts';
import { noteEdit } from './note-edit.ts';
import { peopleHandler, startPeople } from './people.ts';
import { keepSayingRestricted } from './restricted.ts';
import { startSlack } from './slack.ts';
import { startSubscriptions } from './subscriptions.ts';
import { verifyHandler, verifyReaction } from './verification.ts';
import { onlyDeploysAreAwaited, subscriptionJobs, tellJobs } from '../subscriptions/jobs.ts';
import { createAsk, vocabularyOf } from '../timeline/ask.ts';
import { readinessOf } from '../timeline/readiness.ts';

/** The service at work with one set of settings. */
export interface Parts {
  /** Answers a request that somebody else listened for. */
  readonly serve: RequestListener;
  /** What waits for nothing else than that these settings are the only ones at work in this process. */
  readonly begin: () => Promise<void>;
  /** In reverse order of the start: requests must be over, then jobs are finished. */
  stop(): Promise<void>;
}

export interface PartsOptions {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Gives up the start. */
  readonly ending: AbortSignal;
  /** Not ours to stop. */
  readonly database: Database;
  readonly metrics: Metrics;
  /** Null: the settings in force are what the file says. Otherwise why not. */
  readonly settingsProblem: () => string | null;
}

/** How long a database may take to come up with us, in milliseconds. */
const databasePatience = 60_000;
const day = 86_400_000;

/** Throws with one sentence when they cannot start; what had started by then has been stopped. */
export async function startParts(options: PartsOptions): Promise<Parts> {
  const { configuration, logger, now, ending, metrics, settingsProblem } = options;
  const { db, pool } = options.database;
  const { environment, settings, catalog } = configuration;
  await using started = new AsyncDisposableStack();

  await reachDatabase(db, { patience: databasePatience, log: logger, signal: ending });
  const { applied } = await migrate(db);
  if (applied.length > 0) logger.info({ applied }, 'the database has been brought up to date');
  await migrateJobs(pool, logger);

  const partitions = () => keepPartitions(db, now(), inDays(settings.retention));
  await partitions();
  const conceal = concealWith(environment.hmacKey);
  const open = openSources({ secrets: environment.webhookSecrets, catalog, conceal });
  const known = sourceStates(environment.webhookSecrets);
  const toVerify = verifyReaction(settings, now);
  const git = gitOrigin(environment);
  const releases = releaseRulesOf(settings);
  const backports = backportContext({ db, configuration, git, now });
  const pairs = pairsOf(settings);
  const ingest = createIngest({
    db,
    catalog,
    now,
    react: async (trx, heard) =>
      enqueueMixed(trx, [
        ...relationJobs(heard.touched),
        ...backportJobs(heard.touched, backports),
        ...guardJobs(heard.touched, backports),
        ...freezeJobs(heard.touched, releases),
        ...pullJobs(heard.touched),
        ...factJobs(heard.touched, pairs, now()),
        ...incidentJobs(heard),
        ...subscriptionJobs(heard),
        ...(await toVerify(trx, heard)),
      ]),
    reacts: (change) =>
      isRelated(change) || isWatched(change, backports) || isFollowed(change) || tellsOfFacts(change, pairs),
    quiet: sql<boolean>`(${noIncidentIsOpen} and ${onlyDeploysAreAwaited})`,
    count: (source, outcome) => metrics.deliveries.inc({ source, outcome }),
  });
  started.defer(() => ingest.idle());

  const incidents = incidentContext({ db, configuration });
  const people = startPeople({ configuration, db, logger, now });
  const parity = parityContext({ db, configuration, conceal, ingest, now });
  const api = gitHubApi(environment);
  const ofBackports = {
    ...backportHandlers(backports),
    ...(await startBackportPulls({ configuration, backports, people })),
    'open-fact-backports': factBackportHandler({ db, configuration, git, now }),
  };
  const handlers: Handlers = {
    'keep-partitions': async () => {
      const { made, dropped, purged, postponed } = await partitions();
      logger.debug({ made, dropped, purged, postponed }, 'partitions are kept');
    },
    'free-jobs': async () => {
      const dead = await freeJobsOfTheDead(db);
      if (dead > 0) logger.warn({ dead }, 'workers have died with jobs in hand: others do them again');
    },
    'relate-deploy': async ({ changeId }, signal) => {
      const histories = { db, catalog, git: git === null ? null : { ...git, signal }, api };
      await relateDeploy({ db, catalog, readCarried: (range) => readCarried(histories, range) }, changeId);
      await afterRelating(db, changeId);
      await enqueueMixed(db, tellJobs([changeId], true));
      await askAgainAfterRelating(db, configuration, changeId);
    },
    ...incidentHandlers(incidents, now),
    'verify-deploy': verifyHandler({ configuration, db, ingest, now }),
    'settle-drift': () => settleDrift(parity, now()),
    ...ofBackports,
    ...thenTold(ofBackports, { db, now }),
    'ask-why-frozen': await startFreezes({ configuration, db, logger, now }),
    'guard-deploy': await startGuards({ configuration, backports, logger, now }),
    'refresh-card': await startCards({ configuration, incidents, sources: known, logger, now }),
    'post-parity-alarms': await startAlarms({ configuration, db, logger, now }),
    'tend-nags': await startNags({ configuration, db, people, logger, now }),
    'tend-people': await peopleHandler({ configuration, db, logger, now }, people),
    'read-groups': await groupsHandler({ configuration, db, logger, now }),
    'seal-events': sealHandler({ db, logger, now }),
    ...(await startSubscriptions({ configuration, db, logger, now })),
    'tend-digests': await startDigests({ configuration, db, people, logger, now }),
    'keep-scores': keepScores({ configuration, db, now }),
    'apply-alias': (payload) =>
      applyAlias({ db, catalog, now, react: enqueueRelations, settle: enqueueMisplaced }, payload),
    'catch-up-github': async (_payload, signal) => {
      const source = open.get('github');
      if (environment.github === null || source === undefined) return;
      await catchUpGitHub(
        {
          db,
          catalog,
          deliveries: gitHubDeliveries({
            access: environment.github,
            apiUrl: environment.githubApiUrl,
            publicUrl: environment.publicUrl,
          }),
          ingest: (delivery) => ingest.ingest(source, delivery),
          lookback: settings.retention.deliveries,
          log: logger,
          now: now(),
        },
        signal,
      );
    },
  };
  const jobs = await startJobs({ pool, logger, handlers });
  started.defer(() => jobs.stop());

  const ask = createAsk({
    db,
    catalog,
    sources: known,
    defaultEnvironment: defaultEnvironmentOf(settings),
    namesOf: people.namesOf,
    releases,
  });
  const vocabulary = () => vocabularyOf(db, catalog);
  const botMessages = takeBotMessages(settings.slack_messages, { ingest, catalog, conceal, logger, now });
  const slack = await startSlack({ configuration, db, people, ask, vocabulary, botMessages, logger, now });
  started.defer(() => slack.stop());

  const server = buildServer({ logger, metrics, slack: slack.routes });
  healthRoutes(server, {
    readiness: () => readinessOf({ db, pendingMigrations, jobs: () => jobs.problem(), settings: settingsProblem }),
    metrics,
  });
  ingestRoutes(server, { ingest, open, known: known.map(withVariable), metrics, log: logger, now });
  const compare = comparison({ db, configuration, git });
  const restricted = restrictedServices(settings);
  const viewer = ({ admin }: { readonly admin: boolean }) =>
    viewerOf(restricted, { type: admin ? 'admin' : 'anybody' });
  parityRoutes(server, { db, viewerOf: viewer, pairs, compare, vocabulary, now });
  const door = { secrets: [], catalog, conceal };
  const changes = openSource(apiDefinition, door);
  apiRoutes(server, { db, viewerOf: viewer, ingest, api: changes, ask, vocabulary, now });
  measureRoutes(server, {
    db,
    viewerOf: viewer,
    catalog,
    defaultEnvironment: defaultEnvironmentOf(settings),
    people: peopleNames(settings),
    vocabulary,
    now,
  });
  incidentRoutes(server, { incidents, viewerOf: viewer, vocabulary, now });
  backportRoutes(server, {
    db,
    viewerOf: viewer,
    gate: { ...backports, releases },
    opening: openingOf(configuration),
    people,
    vocabulary,
  });
  joinRoutes(server, { incidents, viewerOf: viewer, vocabulary, now });
  snapshotRoutes(server, { parity, now });
  pagerDutyChangeRoutes(server, { db, ingest, api: changes, now });
  const [events, plans] = [openSource(cloudEvents, door), openSource(terraformPlan, door)];
  doorRoutes(server, { db, ingest, events, plans, log: logger, now });
  started.defer(() => server.close());
  ending.throwIfAborted();
  await server.ready();
  // At a start and at each edit, once they are known to work: what is refused was never in force.
  await noteEdit({ db, configuration, logger, now });
  await wantGroups(db, groupsNamed(restricted));
  started.defer(await keepSayingRestricted({ db, restricted, logger }));

  const running = started.move();
  return {
    serve: (request, response) => void server.server.emit('request', request, response),
    // What was missed is told now and not a minute later, and what the settings name is known from now on.
    begin: () => enqueue(db, 'tend-digests', {}, { jobKey: 'tend-digests' }),
    stop: () => running.disposeAsync(),
  };
}

function withVariable(source: { readonly name: string; readonly title: string }) {
  return { ...source, variable: secretVariable(source.name) };
}

function inDays({ deliveries, events }: Settings['retention']) {
  return { deliveries: deliveries / day, events: events / day };
}

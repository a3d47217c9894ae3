import type { FastifyInstance } from 'fastify';
import { backportJobs, guardJobs, isWatched } from './backports/jobs.ts';
import { isFollowed, pullJobs } from './backports/pulls/jobs.ts';
import type { Configuration } from './config/configuration.ts';
import type { Logger } from './config/logger.ts';
import { notConfigured } from './config/not-configured.ts';
import { pairsOf } from './config/parity-rules.ts';
import { directoryOf } from './config/nag-rules.ts';
import { releaseRulesOf } from './config/release-rules.ts';
import { defaultEnvironmentOf, namesOf } from './config/settings-names.ts';
import type { Settings } from './config/settings.ts';
import { secretVariable } from './config/source-names.ts';
import { migrate, pendingMigrations } from './database/migrate.ts';
import { keepPartitions } from './database/partitions.ts';
import { openDatabase } from './database/pool.ts';
import { reachDatabase } from './database/reach.ts';
import { readCarried } from './deploys/carried.ts';
import { enqueueMisplaced, enqueueRelations, isRelated, relationJobs } from './deploys/enqueue-relations.ts';
import { relateDeploy } from './deploys/relate.ts';
import { apiRoutes } from './http/api.ts';
import { backportRoutes } from './http/backports.ts';
import { doorRoutes } from './http/doors.ts';
import { healthRoutes } from './http/health.ts';
import { incidentRoutes } from './http/incidents.ts';
import { joinRoutes } from './http/join-incidents.ts';
import { ingestRoutes } from './http/ingest.ts';
import { createMetrics } from './http/metrics.ts';
import { parityRoutes } from './http/parity.ts';
import { pagerDutyChangeRoutes } from './http/pagerduty-changes.ts';
import { buildServer } from './http/server.ts';
import { snapshotRoutes } from './http/snapshots.ts';
import { incidentJobs, noIncidentIsOpen } from './incidents/jobs.ts';
import { createIngest } from './ingest/ingest.ts';
import { freezeJobs } from './freezes/jobs.ts';
import { enqueueMixed } from './jobs/enqueue.ts';
import { catchUpGitHub } from './jobs/catch-up-github.ts';
import { freeJobsOfTheDead } from './jobs/dead-workers.ts';
import type { Handlers } from './jobs/register.ts';
import { migrateJobs, startJobs } from './jobs/run.ts';
import { applyAlias } from './names/apply-alias.ts';
import { settleDrift } from './parity/settle-drift.ts';
import { cloudEvents } from './sources/cloudevents.ts';
import { api as apiDefinition } from './sources/generic-change.ts';
import { gitHubDeliveries } from './sources/github-deliveries.ts';
import { concealWith } from './sources/reading/conceal.ts';
import { openSource } from './sources/reading/open.ts';
import { openSources, sourceStates } from './sources/registry.ts';
import { terraformPlan } from './sources/terraform-plan.ts';
import { startAlarms } from './start-alarms.ts';
import { afterRelating, backportContext, backportHandlers } from './start-backports.ts';
import { startBackportPulls } from './start-backport-pulls.ts';
import { takeBotMessages } from './start-bot-messages.ts';
import { startCards } from './start-cards.ts';
import { comparison } from './start-comparison.ts';
import { gitHubApi, gitOrigin } from './start-git.ts';
import { askAgainAfterRelating, startFreezes } from './start-freezes.ts';
import { startGuards } from './start-guards.ts';
import { incidentContext, incidentHandlers } from './start-incidents.ts';
import { parityContext } from './start-parity.ts';
import { startSlack } from './start-slack.ts';
import { verifyHandler, verifyReaction } from './start-verification.ts';
import { createAsk, vocabularyOf } from './timeline/ask.ts';
import { readinessOf } from './timeline/readiness.ts';

export interface Service {
  readonly port: number;
  readonly url: string;
  /** In reverse order of the start: finishes requests, then jobs, then lets go of the database. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Gives up the start. */
  readonly ending: AbortSignal;
}

/** How long a database may take to come up with us, in milliseconds. */
const databasePatience = 60_000;
const connections = 20;
const day = 86_400_000;

/** Throws with one sentence when it cannot start; what it had started by then has been stopped. */
export async function startService({ configuration, logger, now, ending }: StartOptions): Promise<Service> {
  const { environment, settings, catalog } = configuration;
  await using started = new AsyncDisposableStack();

  for (const sentence of notConfigured(environment)) logger.info(sentence);

  const { db, pool } = started.use(
    await openDatabase({
      url: environment.databaseUrl ?? undefined,
      dataDir: environment.dataDirectory,
      size: connections,
      log: logger,
    }),
  );
  await reachDatabase(db, { patience: databasePatience, log: logger, signal: ending });
  const { applied } = await migrate(db);
  if (applied.length > 0) logger.info({ applied }, 'the database has been brought up to date');
  await migrateJobs(pool, logger);

  const partitions = () => keepPartitions(db, now(), inDays(settings.retention));
  await partitions();
  const conceal = concealWith(environment.hmacKey);
  const open = openSources({ secrets: environment.webhookSecrets, catalog, conceal });
  const known = sourceStates(environment.webhookSecrets);
  const metrics = createMetrics();
  const toVerify = verifyReaction(settings, now);
  const git = gitOrigin(environment);
  const releases = releaseRulesOf(settings);
  const backports = backportContext({ db, configuration, git, now });
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
        ...incidentJobs(heard),
        ...(await toVerify(trx, heard)),
      ]),
    reacts: (change) => isRelated(change) || isWatched(change, backports) || isFollowed(change),
    quiet: noIncidentIsOpen,
    count: (source, outcome) => metrics.deliveries.inc({ source, outcome }),
  });
  started.defer(() => ingest.idle());

  const incidents = incidentContext({ db, configuration });
  const parity = parityContext({ db, configuration, conceal, ingest, now });
  const api = gitHubApi(environment);
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
      await askAgainAfterRelating(db, configuration, changeId);
    },
    ...incidentHandlers(incidents, now),
    'verify-deploy': verifyHandler({ configuration, db, ingest, now }),
    'settle-drift': () => settleDrift(parity, now()),
    ...backportHandlers(backports),
    'ask-why-frozen': await startFreezes({ configuration, db, logger, now }),
    'guard-deploy': await startGuards({ configuration, backports, logger, now }),
    ...(await startBackportPulls({ configuration, backports })),
    'refresh-card': await startCards({ configuration, incidents, sources: known, logger, now }),
    'post-parity-alarms': await startAlarms({ configuration, db, logger, now }),
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
    namesOf: (actor) => namesOf(settings, actor),
    releases,
  });
  const vocabulary = () => vocabularyOf(db, catalog);
  const botMessages = takeBotMessages(settings.slack_messages, { ingest, catalog, conceal, logger, now });
  const slack = await startSlack({ configuration, db, ask, vocabulary, botMessages, logger, now });
  started.defer(() => slack.stop());

  const server = buildServer({ logger, metrics, slack: slack.routes });
  healthRoutes(server, {
    readiness: () => readinessOf({ db, pendingMigrations, jobs: () => jobs.problem() }),
    metrics,
  });
  ingestRoutes(server, { ingest, open, known: known.map(withVariable), metrics, log: logger, now });
  const compare = comparison({ db, configuration, git });
  parityRoutes(server, { db, pairs: pairsOf(settings), compare, vocabulary, now });
  const door = { secrets: [], catalog, conceal };
  const changes = openSource(apiDefinition, door);
  apiRoutes(server, { db, ingest, api: changes, ask, vocabulary, now });
  incidentRoutes(server, { incidents, vocabulary, now });
  backportRoutes(server, {
    db,
    gate: { ...backports, releases },
    directory: directoryOf(settings),
    vocabulary,
  });
  joinRoutes(server, { incidents, vocabulary, now });
  snapshotRoutes(server, { parity, now });
  pagerDutyChangeRoutes(server, { db, ingest, api: changes, now });
  const [events, plans] = [openSource(cloudEvents, door), openSource(terraformPlan, door)];
  doorRoutes(server, { db, ingest, events, plans, log: logger, now });
  started.defer(() => server.close());
  ending.throwIfAborted();
  await server.listen({ host: environment.host, port: environment.port });

  const running = started.move();
  return { ...addressOf(server, environment.host), stop: () => running.disposeAsync() };
}

function withVariable(source: { readonly name: string; readonly title: string }) {
  return { ...source, variable: secretVariable(source.name) };
}

function addressOf(server: FastifyInstance, host: string): { port: number; url: string } {
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { port: address.port, url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}` };
}

function inDays({ deliveries, events }: Settings['retention']) {
  return { deliveries: deliveries / day, events: events / day };
}

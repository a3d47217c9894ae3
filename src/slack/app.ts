import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import { boltLogger } from './bolt-logger.ts';
import type { BotMessages, SlackContext } from './context.ts';
import { createErrorHandler } from './errors.ts';
import { createInstallation } from './installation.ts';
import { registerListeners } from './listeners.ts';
import { createWelcome } from './welcome.ts';
import { createWho } from './who.ts';

export type SlackAccess =
  | { readonly mode: 'http'; readonly botToken: string; readonly signingSecret: string }
  | { readonly mode: 'socket'; readonly botToken: string; readonly appToken: string };

export interface SlackDependencies extends Pick<
  SlackContext,
  | 'ask'
  | 'backports'
  | 'cardChannelOf'
  | 'catalog'
  | 'db'
  | 'defaultEnvironment'
  | 'home'
  | 'digest'
  | 'incidents'
  | 'log'
  | 'now'
  | 'parity'
  | 'people'
  | 'viewerOf'
  | 'vocabulary'
> {
  readonly access: SlackAccess;
  readonly botMessages?: BotMessages | null;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
}

export interface Slack {
  /**
   * Serves `/slack/events`. Reads the body itself and checks its signature; throws at once for any other path. Null in
   * Socket Mode, where Slack sends nothing over HTTP.
   */
  readonly requestListener: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  /** Resolves when every request that was acknowledged has been answered, or after ten seconds. */
  readonly stop: () => Promise<void>;
}

const longestAnswer = 10_000;
const longestStop = 10_000;

/**
 * The Slack app. Comes up whether or not Slack can be reached: who the bot is, is asked again until Slack says it.
 */
export async function createSlack(dependencies: SlackDependencies): Promise<Slack> {
  const { access, apiUrl, log, now, botMessages = null, ...rest } = dependencies;
  const logger = boltLogger(log);
  const clientOptions = {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    logger,
    timeout: 5000,
    // Its default goes on for half an hour, while somebody waits.
    retryConfig: { retries: 2, factor: 2, minTimeout: 300, maxTimeout: 1000 },
    fetch: fetchInTime,
  } satisfies WebClientOptions;
  const client = new WebClient(access.botToken, clientOptions);
  const installation = createInstallation(client);
  const who = createWho({ client, installation, log, now });
  const receiver = receiverOf(access, { ...clientOptions, logger });

  const app = new App({
    receiver,
    logger,
    clientOptions,
    // Bolt's own would wait for Slack before it acknowledges, and remember a failure for ever.
    authorize: () => Promise.resolve({ botToken: access.botToken, ...ownUser(installation.known()) }),
    ...(access.mode === 'socket' ? { socketMode: true } : {}),
    convoStore: false,
    extendedErrorHandler: true,
    deferInitialization: true,
  });
  const running = trackRequests(app);
  const { db, home } = rest;
  const { publicUrl } = home;
  const welcome = createWelcome({ botToken: access.botToken, apiUrl, db, installation, publicUrl, log, now });
  registerListeners(app, { client, installation, who, welcome, log, now, ...rest }, botMessages);
  app.error(createErrorHandler({ client, log }));
  await app.init();
  installation().catch((error: unknown) => {
    log.warn({ err: error }, 'Slack cannot be reached yet');
  });
  if (receiver instanceof SocketModeReceiver) connect(receiver, log);

  return {
    requestListener: receiver instanceof HTTPReceiver ? receiver.requestListener : null,
    stop: async () => {
      if (receiver instanceof SocketModeReceiver) await receiver.stop();
      await Promise.race([Promise.allSettled(running), elapsed(longestStop)]);
    },
  };
}

function receiverOf(access: SlackAccess, clientOptions: WebClientOptions & { logger: ReturnType<typeof boltLogger> }) {
  const { logger } = clientOptions;
  if (access.mode === 'http') {
    return new HTTPReceiver({ signingSecret: access.signingSecret, endpoints: '/slack/events', logger });
  }
  // Its client stops for good, and takes the process along, when a reconnection fails for lack of a network.
  const retryConfig = { forever: true, minTimeout: 1000, maxTimeout: 30_000 };
  return new SocketModeReceiver({
    appToken: access.appToken,
    logger,
    installerOptions: { clientOptions: { ...clientOptions, retryConfig } },
  });
}

function connect(receiver: SocketModeReceiver, log: Logger): void {
  receiver.start().then(
    () => log.info('connected to Slack in Socket Mode'),
    (error: unknown) => log.error({ err: error }, 'Socket Mode could not be started: check SLACK_APP_TOKEN'),
  );
}

function ownUser(installation: { readonly botUserId: string } | null): { botUserId?: string } {
  return installation === null ? {} : { botUserId: installation.botUserId };
}

/** The requests at work, failures being told included: they have been acknowledged, so nobody but us remembers them. */
function trackRequests(app: App): ReadonlySet<Promise<void>> {
  const running = new Set<Promise<void>>();
  const processEvent = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    const work = processEvent(event);
    running.add(work);
    try {
      await work;
    } finally {
      running.delete(work);
    }
  };
  return running;
}

/** Response addresses have no time limit of their own. */
function fetchInTime(url: string | URL, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, signal: init.signal ?? AbortSignal.timeout(longestAnswer) });
}

function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}

import { type Logger, pino } from 'pino';
import { readConfiguration } from '../src/config/configuration.ts';
import { readEnvironment } from '../src/config/environment.ts';
import { type Service, startService } from '../src/start/service.ts';

/**
 * The whole service in this process, which looks every few milliseconds at a real settings file. As with one in the
 * working directory, it need not be there.
 */
export async function startWatchingService(
  {
    databaseUrl,
    file,
    environment = {},
  }: {
    readonly databaseUrl: string;
    readonly file: string;
    /** Beside what every test has. */
    readonly environment?: Readonly<Record<string, string>>;
  },
  {
    logger = pino({ enabled: false }),
    now = () => new Date(),
  }: { readonly logger?: Logger; readonly now?: () => Date } = {},
): Promise<Service> {
  const variables = readEnvironment({ DATABASE_URL: databaseUrl, PORT: '0', SINCEWHEN_CONFIG: file, ...environment });
  if (variables.outcome === 'invalid') throw new Error(variables.problems.join('\n'));
  const read = () =>
    readConfiguration({ outcome: 'ok', environment: { ...variables.environment, settingsFileRequired: false } });
  const first = await read();
  if (first.outcome === 'invalid') throw new Error(first.problems.join('\n'));
  return startService({
    configuration: first.configuration,
    readAgain: read,
    lookEvery: 20,
    logger,
    now,
    ending: new AbortController().signal,
  });
}

/** What a service in Slack has besides. */
export function slackVariables(apiUrl: string): Readonly<Record<string, string>> {
  return { SLACK_BOT_TOKEN: 'xoxb-bot', SLACK_SIGNING_SECRET: 'a-signing-secret', SLACK_API_URL: apiUrl };
}

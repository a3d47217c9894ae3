import { type Logger, pino } from 'pino';
import { readEnvironment } from '../src/config/environment.ts';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import { startService } from '../src/start/service.ts';
import { createToken } from '../src/timeline/tokens.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

export const githubSecret = 'github-test-secret';

export interface TestService {
  readonly url: string;
  readonly database: TestDatabase;
  /** Tokens of the API. */
  readonly tokens: { readonly ingest: string; readonly read: string };
  stop(): Promise<void>;
}

/** The whole service in this process, on a database of its own, without Slack. */
export async function startTestService(
  options: {
    readonly settings?: string;
    readonly now?: () => Date;
    /** Beside what every test has. */
    readonly environment?: Readonly<Record<string, string>>;
    readonly logger?: Logger;
  } = {},
): Promise<TestService> {
  const database = await createTestDatabase();
  const read = readEnvironment({
    DATABASE_URL: database.url,
    PORT: '0',
    GITHUB_WEBHOOK_SECRET: githubSecret,
    ...options.environment,
  });
  const settings = readSettings(options.settings ?? '');
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  if (settings.outcome === 'invalid') throw new Error(settings.problems.join('\n'));
  const configuration = {
    environment: read.environment,
    settings: settings.settings,
    catalog: catalogOf(settings.settings),
  };
  const now = options.now ?? (() => new Date());
  const logger = options.logger ?? pino({ enabled: false });
  const service = await startService({ configuration, logger, now, ending: new AbortController().signal });
  const token = async (scope: 'ingest' | 'read') =>
    (await createToken(database.db, { name: scope, scopes: [scope], now: now() })).token;
  return {
    url: service.url,
    database,
    tokens: { ingest: await token('ingest'), read: await token('read') },
    async stop() {
      await service.stop();
      await database.close();
    },
  };
}

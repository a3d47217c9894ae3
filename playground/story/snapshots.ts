import { minutesBefore } from './day.ts';

/** What a collector saw of one environment, as it is posted. */
export interface SeenSnapshot {
  readonly environment: 'production' | 'staging';
  readonly collector: string;
  readonly takenAt: Date;
  readonly facts: readonly {
    readonly service?: string;
    readonly facet: string;
    readonly key: string;
    readonly value: unknown;
  }[];
}

const day = 24 * 60;

/** One thing that environments have, and since when; days before now, oldest first. */
interface Kept {
  readonly collector: string;
  readonly service?: string;
  readonly facet: string;
  readonly key: string;
  readonly production: readonly (readonly [daysAgo: number, value: unknown])[];
  readonly staging: readonly (readonly [daysAgo: number, value: unknown])[];
}

const beginning = 120;
const always = (value: unknown) => [[beginning, value]] as const;
const both = (value: unknown) => ({ production: always(value), staging: always(value) });
const secret = (digit: string) => ({ digest: `hmac-sha256:${digit.repeat(16)}` });

/**
 * "Same image, same configs": one variable is another, one library is of another version, and somebody patched
 * production by hand months ago. All the rest is equal, meant, or known.
 */
const kept: readonly Kept[] = [
  {
    collector: 'dotenv',
    service: 'checkout',
    facet: 'env',
    key: 'PAYMENT_TIMEOUT',
    production: always('30s'),
    staging: [
      [beginning, '30s'],
      [6, '5s'],
    ],
  },
  {
    collector: 'packages',
    service: 'checkout',
    facet: 'package',
    key: 'dpkg:openssl',
    production: always('3.0.11-1'),
    staging: [
      [beginning, '3.0.11-1'],
      [12, '3.0.15-1'],
    ],
  },
  {
    collector: 'config',
    service: 'web',
    facet: 'config',
    key: 'nginx.conf:proxy_read_timeout',
    production: [
      [beginning, '60s'],
      [97, '300s'],
    ],
    staging: always('60s'),
  },
  { collector: 'dotenv', service: 'checkout', facet: 'env', key: 'LOG_LEVEL', ...both('info') },
  { collector: 'dotenv', service: 'checkout', facet: 'env', key: 'PAYMENT_RETRIES', ...both('3') },
  {
    collector: 'dotenv',
    service: 'checkout',
    facet: 'env',
    key: 'NODE_ENV',
    production: always('production'),
    staging: always('staging'),
  },
  {
    collector: 'dotenv',
    service: 'checkout',
    facet: 'env',
    key: 'DATABASE_URL',
    production: always(secret('a')),
    staging: always(secret('b')),
  },
  {
    collector: 'dotenv',
    service: 'checkout',
    facet: 'env',
    key: 'POOL_SIZE',
    production: always('20'),
    staging: always('5'),
  },
  ...['libc6', 'libpq5', 'ca-certificates', 'zlib1g', 'tzdata', 'curl', 'git', 'libicu72', 'nodejs'].map(
    (name, at) => ({
      collector: 'packages',
      service: 'checkout',
      facet: 'package',
      key: `dpkg:${name}`,
      ...both(`1.${at}-2`),
    }),
  ),
  ...['worker_processes', 'gzip', 'client_max_body_size', 'keepalive_timeout', 'server_tokens'].map((name) => ({
    collector: 'config',
    service: 'web',
    facet: 'config',
    key: `nginx.conf:${name}`,
    ...both('on'),
  })),
  ...['statement_timeout', 'work_mem', 'shared_buffers', 'log_min_duration_statement'].map((name) => ({
    collector: 'postgresql',
    service: 'ledger',
    facet: 'database',
    key: `setting:${name}`,
    ...both('64MB'),
  })),
];

/** Days before now on which the collectors ran: often enough to say when something changed. */
const runs = [beginning, 110, 98, 97, 60, 13, 12, 7, 6, 2, 1, 0.2, 0.1];

/** Every run of every collector, oldest first. */
export function snapshotsUntil(now: Date): readonly SeenSnapshot[] {
  return runs.flatMap((ago) => runOf(now, ago));
}

/** What the collectors see when they run once more: nothing new. */
export function nextRun(now: Date): readonly SeenSnapshot[] {
  return runOf(now, 0);
}

function runOf(now: Date, ago: number): readonly SeenSnapshot[] {
  return [...new Set(kept.map(({ collector }) => collector))].flatMap((collector) =>
    (['production', 'staging'] as const).map((environment) => ({
      environment,
      collector,
      takenAt: minutesBefore(now, ago * day),
      facts: kept
        .filter((each) => each.collector === collector)
        .map((each) => ({
          ...(each.service === undefined ? {} : { service: each.service }),
          facet: each.facet,
          key: each.key,
          value: each[environment].findLast(([since]) => since >= ago)?.[1],
        })),
    })),
  );
}

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
 * production by hand months ago. Two others were mended, one of them this week. All the rest is equal, meant, or known.
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
  {
    collector: 'packages',
    service: 'checkout',
    facet: 'package',
    key: 'dpkg:libicu72',
    production: always('72.1-3'),
    staging: [
      [beginning, '72.1-3'],
      [77, '72.1-6'],
      [49, '72.1-3'],
    ],
  },
  {
    collector: 'postgresql',
    service: 'ledger',
    facet: 'database',
    key: 'setting:work_mem',
    production: always('64MB'),
    staging: [
      [beginning, '64MB'],
      [28, '4MB'],
      [2, '64MB'],
    ],
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
  ...['libc6', 'libpq5', 'ca-certificates', 'zlib1g', 'tzdata', 'curl', 'git', 'nodejs'].map((name, at) => ({
    collector: 'packages',
    service: 'checkout',
    facet: 'package',
    key: `dpkg:${name}`,
    ...both(`1.${at}-2`),
  })),
  ...['worker_processes', 'gzip', 'client_max_body_size', 'keepalive_timeout', 'server_tokens'].map((name) => ({
    collector: 'config',
    service: 'web',
    facet: 'config',
    key: `nginx.conf:${name}`,
    ...both('on'),
  })),
  ...['statement_timeout', 'shared_buffers', 'log_min_duration_statement'].map((name) => ({
    collector: 'postgresql',
    service: 'ledger',
    facet: 'database',
    key: `setting:${name}`,
    ...both('64MB'),
  })),
];

/** Of the last twelve, today's is not over. */
const weeks = [77, 70, 63, 56, 49, 42, 35, 28, 21, 14, 7];
/** Days before now on which the collectors ran: often enough to say when something changed. */
const runs = [beginning, 110, 98, 97, ...weeks, 13, 12, 6, 2, 1, 0.2, 0.1].toSorted((a, b) => b - a);

/** What all collectors saw at one time. */
export interface SeenRun {
  readonly at: Date;
  readonly snapshots: readonly SeenSnapshot[];
  /** A week ends with it. */
  readonly endsWeek: boolean;
  /** How many facts by then have changed with no change that explains it, and were seen so twice. */
  readonly drifts: number;
}

/** Every run of every collector, oldest first. */
export function runsUntil(now: Date): readonly SeenRun[] {
  return runs.map((ago) => runOf(now, ago));
}

/** What the collectors see when they run once more: nothing new. */
export function nextRun(now: Date): SeenRun {
  return runOf(now, 0);
}

function runOf(now: Date, ago: number): SeenRun {
  return {
    at: minutesBefore(now, ago * day),
    snapshots: snapshotsOf(now, ago),
    endsWeek: weeks.includes(ago),
    drifts: kept.filter(({ production, staging }) =>
      [production, staging].some((values) => values[1] !== undefined && values[1][0] > ago),
    ).length,
  };
}

function snapshotsOf(now: Date, ago: number): readonly SeenSnapshot[] {
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

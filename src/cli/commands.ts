import type { Command } from './command.ts';

interface Listed {
  readonly summary: string;
  /** Loaded when it is called: a command should not wait for what only others need. */
  readonly load: () => Promise<Command>;
}

/** Every command by its name, in the order of the help. */
export const commands: ReadonlyMap<string, Listed> = new Map<string, Listed>([
  ['since', { summary: 'answers what changed', load: async () => (await import('./since.ts')).since }],
  ['record', { summary: 'tells of a change, or runs one', load: async () => (await import('./record.ts')).record }],
  [
    'snapshot',
    {
      summary: 'tells what an environment has: files, clusters, packages …',
      load: async () => (await import('./snapshot.ts')).snapshot,
    },
  ],
  [
    'verify',
    { summary: 'looks whether what was deployed is what runs', load: async () => (await import('./verify.ts')).verify },
  ],
  [
    'parity',
    { summary: 'says how alike two environments are', load: async () => (await import('./parity.ts')).parity },
  ],
  [
    'measures',
    {
      summary: 'says how often is deployed, how long it takes and how often it fails',
      load: async () => (await import('./measures.ts')).measures,
    },
  ],
  ['replay', { summary: 'reads stored deliveries again', load: async () => (await import('./replay.ts')).replay }],
  [
    'token',
    { summary: 'makes, lists and revokes tokens for the API', load: async () => (await import('./token.ts')).token },
  ],
  [
    'alias',
    {
      summary: 'says which names mean the same service or environment',
      load: async () => (await import('./alias.ts')).alias,
    },
  ],
  [
    'evaluate',
    {
      summary: 'replays past incidents to see how well suspects are found',
      load: async () => (await import('./evaluate.ts')).evaluate,
    },
  ],
  [
    'backports',
    {
      summary: 'lists what staging lacks, and proves by git whether it came',
      load: async () => (await import('./backports.ts')).backports,
    },
  ],
  [
    'export',
    {
      summary: 'writes the changes or decisions of a period for whoever audits',
      load: async () => (await import('./export.ts')).exportRecord,
    },
  ],
  [
    'ledger',
    {
      summary: 'proves that what was recorded is as it was recorded',
      load: async () => (await import('./ledger.ts')).ledger,
    },
  ],
  ['migrate', { summary: 'brings the database up to date', load: async () => (await import('./migrate.ts')).migrate }],
  [
    'doctor',
    { summary: 'says what is configured and what is wrong', load: async () => (await import('./doctor.ts')).doctor },
  ],
]);

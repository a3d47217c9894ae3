/** The people of the story, by their GitHub logins. */
export const developers = {
  ada: { id: 4101, name: 'Ada Lind', email: 'ada@example.com' },
  grace: { id: 4102, name: 'Grace Moreno', email: 'grace@example.com' },
  edsger: { id: 4103, name: 'Edsger Vos', email: 'edsger@example.com' },
  barbara: { id: 4104, name: 'Barbara Sato', email: 'barbara@example.com' },
} as const;

export type Login = keyof typeof developers;

export const owner = 'acme';
export const repositoryNames = ['checkout', 'ledger', 'search', 'web'] as const;
export type RepositoryName = (typeof repositoryNames)[number];

/** Paths and what stands in them afterwards. */
export type Files = Readonly<Record<string, string>>;

export interface PullRequestStep {
  readonly type: 'pull-request';
  readonly repository: RepositoryName;
  readonly number: number;
  readonly title: string;
  readonly author: Login;
  /** Minutes before now, as all times here. */
  readonly opened: number;
  readonly approvedBy: Login | null;
  readonly mergedBy: Login;
  readonly at: number;
  readonly files: Files;
}

/** Straight to a branch. */
export interface PushStep {
  readonly type: 'push';
  readonly repository: RepositoryName;
  readonly author: Login;
  readonly title: string;
  readonly at: number;
  readonly files: Files;
  /** None: the default one. */
  readonly branch?: string;
}

export interface ReleaseStep {
  readonly type: 'release';
  readonly repository: RepositoryName;
  readonly tag: string;
  readonly by: Login;
  readonly at: number;
}

export interface DeployStep {
  readonly type: 'deploy';
  readonly repository: RepositoryName;
  readonly tag: string;
  readonly environment: 'production' | 'staging';
  readonly by: Login;
  readonly at: number;
  readonly description?: string;
  /** `after`: minutes from `at`. */
  readonly statuses: readonly {
    readonly state: 'in_progress' | 'success' | 'failure';
    readonly after: number;
    readonly description: string;
  }[];
}

export type Step = PullRequestStep | PushStep | ReleaseStep | DeployStep;

const hour = 60;
/** When the bad deploy was taken back. */
export const rolledBack = 22;
const well = [
  { state: 'in_progress', after: 0.3, description: 'Rolling out' },
  { state: 'success', after: 2.4, description: 'All pods ready' },
] as const;

function deploy(
  repository: RepositoryName,
  tag: string,
  environment: DeployStep['environment'],
  by: Login,
  at: number,
): DeployStep {
  return { type: 'deploy', repository, tag, environment, by, at, statuses: well };
}

function merge(
  repository: RepositoryName,
  [number, title]: readonly [number, string],
  { author, approvedBy, opened, at }: { author: Login; approvedBy: Login; opened: number; at: number },
  files: Files,
): PullRequestStep {
  return { type: 'pull-request', repository, number, title, author, opened, approvedBy, mergedBy: author, at, files };
}

function release(repository: RepositoryName, tag: string, by: Login, at: number): ReleaseStep {
  return { type: 'release', repository, tag, by, at };
}

function paymentConfig(timeout: string): string {
  return `payment:\n  url: https://payments.internal\n  timeout: ${timeout}\n  currency: EUR\nreceipts:\n  vat: true\n`;
}

const checkout: readonly Step[] = [
  release('checkout', 'v1.41.2', 'grace', 29.2 * hour),
  deploy('checkout', 'v1.41.2', 'staging', 'grace', 29 * hour),
  deploy('checkout', 'v1.41.2', 'production', 'grace', 28.5 * hour),
  merge(
    'checkout',
    [805, 'Keep the basket when a session expires'],
    { author: 'grace', approvedBy: 'ada', opened: 28 * hour, at: 27 * hour },
    { 'src/basket.ts': 'export const keep = true;\n' },
  ),
  release('checkout', 'v1.41.3', 'grace', 26.2 * hour),
  deploy('checkout', 'v1.41.3', 'staging', 'grace', 26 * hour),
  deploy('checkout', 'v1.41.3', 'production', 'grace', 25.5 * hour),
  merge(
    'checkout',
    [809, 'Show VAT on receipts'],
    { author: 'grace', approvedBy: 'barbara', opened: 8 * hour, at: 6 * hour },
    { 'src/receipt.ts': 'export const vat = true;\n' },
  ),
  merge(
    'checkout',
    [810, 'Update the payment client to 4.2'],
    { author: 'edsger', approvedBy: 'ada', opened: 7 * hour, at: 5 * hour },
    { 'package.json': '{ "dependencies": { "payment-client": "4.2.0" } }\n' },
  ),
  merge(
    'checkout',
    [811, 'Log the payment id with every error'],
    { author: 'barbara', approvedBy: 'grace', opened: 4 * hour, at: 190 },
    { 'src/errors.ts': 'export const fields = ["payment"];\n' },
  ),
  {
    type: 'push',
    repository: 'checkout',
    author: 'edsger',
    title: 'Lower the payment timeout to 5s',
    at: 110,
    files: { 'config/production.yaml': paymentConfig('5s') },
  },
  {
    type: 'pull-request',
    repository: 'checkout',
    number: 812,
    title: 'Retry payment calls',
    author: 'ada',
    opened: 55,
    approvedBy: null,
    mergedBy: 'ada',
    at: 49,
    files: { 'src/payment.ts': 'export const attempts = 3;\n' },
  },
  release('checkout', 'v1.42.0', 'ada', 44),
  {
    type: 'deploy',
    repository: 'checkout',
    tag: 'v1.42.0',
    environment: 'production',
    by: 'ada',
    at: 41,
    statuses: [
      { state: 'in_progress', after: 0.4, description: 'Rolling out' },
      { state: 'failure', after: 4, description: 'Health check failed: 2 of 6 pods ready' },
      { state: 'success', after: 7, description: 'Health check passed' },
    ],
  },
  { ...deploy('checkout', 'v1.41.3', 'production', 'grace', rolledBack), description: 'Roll back: payments time out' },
];

const ledger: readonly Step[] = [
  release('ledger', 'v3.8.0', 'barbara', 28.4 * hour),
  deploy('ledger', 'v3.8.0', 'staging', 'barbara', 28.2 * hour),
  deploy('ledger', 'v3.8.0', 'production', 'barbara', 28 * hour),
  merge(
    'ledger',
    [398, 'Post refunds in the currency of the sale'],
    { author: 'barbara', approvedBy: 'edsger', opened: 9 * hour, at: 7 * hour },
    { 'src/refund.ts': 'export const currency = "sale";\n' },
  ),
  release('ledger', 'v3.8.1', 'barbara', 6.7 * hour),
  deploy('ledger', 'v3.8.1', 'staging', 'barbara', 6.5 * hour),
  deploy('ledger', 'v3.8.1', 'production', 'barbara', 6.1 * hour),
  merge(
    'ledger',
    [401, 'Add an index for statements'],
    { author: 'edsger', approvedBy: 'barbara', opened: 5 * hour, at: 3.5 * hour },
    { 'migrations/0042-statement-index.sql': 'create index concurrently statement_account on statement (account);\n' },
  ),
  release('ledger', 'v3.9.0', 'edsger', 150),
  deploy('ledger', 'v3.9.0', 'staging', 'edsger', 144),
  deploy('ledger', 'v3.9.0', 'production', 'edsger', 104),
  merge(
    'ledger',
    [402, 'Close idle database connections'],
    { author: 'grace', approvedBy: 'barbara', opened: 170, at: 98 },
    { 'src/pool.ts': 'export const idleSeconds = 30;\n' },
  ),
  release('ledger', 'v3.9.1', 'grace', 92),
  deploy('ledger', 'v3.9.1', 'staging', 'grace', 88),
  deploy('ledger', 'v3.9.1', 'production', 'grace', 66),
  merge(
    'ledger',
    [404, 'Name the account in balance errors'],
    { author: 'barbara', approvedBy: 'grace', opened: 70, at: 12 },
    { 'src/balance.ts': 'export const named = true;\n' },
  ),
];

const search: readonly Step[] = [
  release('search', 'v7.3.0', 'edsger', 30.4 * hour),
  deploy('search', 'v7.3.0', 'staging', 'edsger', 30.2 * hour),
  deploy('search', 'v7.3.0', 'production', 'edsger', 30 * hour),
  merge(
    'search',
    [220, 'Rank by stock as well as by sales'],
    { author: 'edsger', approvedBy: 'grace', opened: 6 * hour, at: 4.2 * hour },
    { 'src/rank.ts': 'export const weights = { sales: 1, stock: 0.4 };\n' },
  ),
  release('search', 'v7.4.0', 'edsger', 4 * hour),
  deploy('search', 'v7.4.0', 'staging', 'edsger', 3.8 * hour),
  deploy('search', 'v7.4.0', 'production', 'edsger', 3.2 * hour),
  { ...deploy('search', 'v7.3.0', 'production', 'grace', 75), description: 'Roll back: empty result pages' },
];

const web: readonly Step[] = [
  release('web', 'v5.12.0', 'ada', 29.9 * hour),
  deploy('web', 'v5.12.0', 'staging', 'ada', 29.7 * hour),
  deploy('web', 'v5.12.0', 'production', 'ada', 29.5 * hour),
  merge(
    'web',
    [1288, 'Load fonts from our own domain'],
    { author: 'ada', approvedBy: 'grace', opened: 5 * hour, at: 174 },
    { 'src/fonts.css': '@font-face { font-family: Acme; src: url(/fonts/acme.woff2); }\n' },
  ),
  release('web', 'v5.12.1', 'ada', 168),
  deploy('web', 'v5.12.1', 'staging', 'ada', 162),
  deploy('web', 'v5.12.1', 'production', 'ada', 97),
  merge(
    'web',
    [1291, 'Shorter titles on mobile'],
    { author: 'grace', approvedBy: 'ada', opened: 80, at: 26 },
    { 'src/title.ts': 'export const limit = 42;\n' },
  ),
  release('web', 'v5.13.0', 'grace', 20),
  deploy('web', 'v5.13.0', 'staging', 'grace', 15),
];

/** What each repository holds before the story begins. */
export const beginnings: Readonly<Record<RepositoryName, Files>> = {
  checkout: {
    'README.md': '# checkout\n',
    'config/production.yaml': paymentConfig('30s'),
    'config/staging.yaml': paymentConfig('30s'),
  },
  ledger: { 'README.md': '# ledger\n', 'src/refund.ts': 'export const currency = "EUR";\n' },
  search: { 'README.md': '# search\n', 'src/rank.ts': 'export const weights = { sales: 1, stock: 0 };\n' },
  web: { 'README.md': '# web\n', 'src/title.ts': 'export const limit = 80;\n' },
};

/** A day of merges and deploys, oldest first. */
export const day: readonly Step[] = [...checkout, ...ledger, ...search, ...web].toSorted((a, b) => b.at - a.at);

export function minutesBefore(now: Date, minutes: number): Date {
  return new Date(Math.floor(now.getTime() / 1000 - minutes * 60) * 1000);
}

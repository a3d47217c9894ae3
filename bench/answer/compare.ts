import { freshDatabase } from '../database.ts';
import { run } from '../service.ts';
import { type Row, percentile } from '../table.ts';
import { fill } from './fill.ts';
import { botToken, signingSecret, startSlackDouble } from './slack.ts';

const questions = 300;
const warmUp = 50;

/**
 * `/since 2h` from the signed request to the answer at the response URL, with a short and a long history that are
 * equally dense; and, with the long one, how soon the service is ready.
 */
export async function compareAnswers(
  server: string,
  options: { readonly short: number; readonly long: number; readonly report: (text: string) => void },
): Promise<readonly Row[]> {
  const short = await measure(server, options.short, options.report);
  const long = await measure(server, options.long, options.report);
  const label = (count: number) => `${count.toLocaleString('en')} changes`;
  return [
    { name: `answer: p99 with ${label(options.short)}`, value: percentile(short.times, 99), unit: 'ms', atMost: 100 },
    { name: `answer: p99 with ${label(options.long)}`, value: percentile(long.times, 99), unit: 'ms', atMost: 100 },
    { name: `answer: median with ${label(options.short)}`, value: percentile(short.times, 50), unit: 'ms' },
    { name: `answer: median with ${label(options.long)}`, value: percentile(long.times, 50), unit: 'ms' },
    {
      name: 'answer: ratio of the p99s',
      value: percentile(long.times, 99) / percentile(short.times, 99),
      unit: '',
      atMost: 1.5,
    },
    { name: 'start: to ready on the long history', value: long.startedIn, unit: 'ms', atMost: 2000 },
  ];
}

async function measure(server: string, changes: number, report: (text: string) => void) {
  const url = await freshDatabase(server, `bench_answer_${changes}`);
  const slack = await startSlackDouble();
  const variables = {
    DATABASE_URL: url,
    PORT: '0',
    LOG_LEVEL: 'warn',
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: slack.apiUrl,
    GITHUB_WEBHOOK_SECRET: 'bench-secret',
  };
  // Once only to make the tables.
  await (await run('src/main.ts', variables)).stop();
  await fill(url, changes, (done) =>
    report(`filled ${done.toLocaleString('en')} of ${changes.toLocaleString('en')} changes`),
  );
  const service = await run('src/main.ts', variables);
  try {
    const appUrl = `http://127.0.0.1:${service.port}`;
    const times: number[] = [];
    for (let index = 0; index < warmUp + questions; index += 1) {
      const { milliseconds, answer } = await slack.ask(appUrl, '2h');
      if (!answer.includes('changes to production')) throw new Error(`that is no answer: ${answer.slice(0, 300)}`);
      if (index >= warmUp) times.push(milliseconds);
    }
    return { times, startedIn: service.startedIn };
  } finally {
    await service.stop();
    await slack.close();
  }
}

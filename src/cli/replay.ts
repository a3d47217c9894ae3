import { factJobs } from '../backports/facts/jobs.ts';
import { backportJobs } from '../backports/jobs.ts';
import { pairsOf } from '../config/parity-rules.ts';
import { releaseRulesOf } from '../config/release-rules.ts';
import { relationJobs } from '../deploys/enqueue-relations.ts';
import { incidentJobs } from '../incidents/jobs.ts';
import { parseQuestion } from '../domain/since/parse-question.ts';
import { replay as replayDeliveries } from '../ingest/replay.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import { concealWith } from '../sources/reading/conceal.ts';
import { deliveryReaders } from '../sources/registry.ts';
import { subscriptionJobs } from '../subscriptions/jobs.ts';
import { vocabularyOf } from '../timeline/ask.ts';
import { done, readArguments } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { type Opened, withDatabase } from './database.ts';

export const replay: Command = {
  usage: ['replay --failed [--json]', 'replay --from <when> [--json]'],
  summary: 'Reads stored deliveries again, after a fix or after names were added to the settings.',
  options: [
    '--failed   those that could not be read when they came',
    '--from     all since then: 3d, yesterday 15:00, 2026-11-20T14:05Z (UTC unless it says otherwise)',
    '--json     for programs',
  ],
  async run(args, terminal) {
    const read = readArguments(args, {
      failed: { type: 'boolean' },
      from: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (read.outcome === 'usage') return read;
    const { failed = false, from, json = false } = read.values;
    if (read.positionals.length > 0) return { outcome: 'usage', reason: `what is ${read.positionals[0]}?` };
    if (failed === (from !== undefined)) return { outcome: 'usage', reason: 'say which: --failed, or --from <when>' };
    return withDatabase((opened) => run(opened, from, json, terminal));
  },
};

async function run(opened: Opened, from: string | undefined, json: boolean, terminal: Terminal): Promise<Result> {
  const { db, configuration } = opened;
  const { catalog, environment, settings } = configuration;
  const readers = deliveryReaders({
    catalog,
    conceal: concealWith(environment.hmacKey),
    messageRules: settings.slack_messages,
  });
  const which = from === undefined ? ({ failed: true } as const) : await since(opened, from);
  if ('reason' in which) return which;
  const now = () => new Date();
  const pairs = pairsOf(settings);
  const watched = { catalog, mirrors: releaseRulesOf(settings).mirrors };
  const replayed = await replayDeliveries(
    {
      db,
      catalog,
      readers,
      now,
      react: (trx, heard) =>
        enqueueMixed(trx, [
          ...relationJobs(heard.touched),
          ...backportJobs(heard.touched, watched),
          ...factJobs(heard.touched, pairs, now()),
          ...incidentJobs(heard),
          ...subscriptionJobs(heard),
        ]),
    },
    which,
  );
  if (json) {
    terminal.print(JSON.stringify(replayed));
  } else {
    terminal.print(
      `Read ${replayed.deliveries} deliveries again: ${replayed.changes} changes made or computed anew, ` +
        `${replayed.repaired} deliveries repaired, ${replayed.failed.length} still cannot be read.`,
    );
    for (const each of replayed.failed.slice(0, 20)) terminal.print(`  ${each.source} ${each.id}: ${each.error}`);
  }
  return done;
}

async function since(
  { db, configuration }: Opened,
  text: string,
): Promise<{ from: Date } | Extract<Result, { reason: string }>> {
  const vocabulary = await vocabularyOf(db, configuration.catalog);
  const understood = parseQuestion(`since ${text}`, { now: new Date(), timezone: 'UTC', vocabulary });
  const when = understood.outcome === 'question' ? understood.question.since : null;
  if (when?.type !== 'instant')
    return { outcome: 'usage', reason: `--from ${text} is no time such as 3d or 2026-11-20T14:05Z` };
  return { from: when.at };
}

import { releaseRulesOf } from '../config/release-rules.ts';
import { directoryOf } from '../config/people.ts';
import { createNamesOf } from '../people/people.ts';
import { defaultEnvironmentOf } from '../config/settings-names.ts';
import { seesEverything } from '../domain/viewer.ts';
import { answerJson } from '../domain/answer-json.ts';
import { lastDay, withDefaults } from '../domain/question-defaults.ts';
import { examplesFor } from '../domain/since/examples.ts';
import { parseQuestion } from '../domain/since/parse-question.ts';
import { sourceStates } from '../sources/registry.ts';
import { createAsk, vocabularyOf } from '../timeline/ask.ts';
import { answerLines } from './answer-lines.ts';
import { done, readArguments } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { type Opened, withDatabase } from './database.ts';

export const since: Command = {
  usage: ['since <when> [until <when>] [in <environment>] [<service> …] [kind:<kind>] [by:<who>]'],
  summary: 'Answers what changed, as /since does in Slack: since 2h · since yesterday 15:00 in staging · since v1.42.0',
  options: [
    '--timezone   of times in question and answer, such as Europe/London; otherwise this machine’s',
    '--limit      changes to show, 1 to 500; otherwise 50',
    '--json       for programs: the answer of GET /api/changes',
  ],
  async run(args, terminal) {
    const read = readArguments(args, {
      timezone: { type: 'string' },
      limit: { type: 'string', default: '50' },
      json: { type: 'boolean' },
    });
    if (read.outcome === 'usage') return read;
    const { json = false, timezone = Intl.DateTimeFormat().resolvedOptions().timeZone } = read.values;
    const limit = Number(read.values.limit);
    if (!Number.isInteger(limit) || limit < 1 || limit > 500)
      return { outcome: 'usage', reason: '--limit is a number from 1 to 500' };
    const text = read.positionals.join(' ');
    return withDatabase((opened) => answer(opened, { text, timezone, limit, json }, terminal));
  },
};

interface Asked {
  readonly text: string;
  readonly timezone: string;
  readonly limit: number;
  readonly json: boolean;
}

async function answer(opened: Opened, { text, timezone, limit, json }: Asked, terminal: Terminal): Promise<Result> {
  const { db, configuration } = opened;
  const { catalog, environment, settings } = configuration;
  const now = new Date();
  const vocabulary = await vocabularyOf(db, catalog);
  const understood = parseQuestion(text, { now, timezone, vocabulary });
  if (understood.outcome === 'not-understood') {
    return { outcome: 'usage', reason: `${understood.problem} For example: ${understood.examples.join(' · ')}` };
  }
  if (understood.outcome === 'help') {
    terminal.print(`Ask, for example: ${examplesFor(vocabulary).join(' · ')}`);
    return done;
  }
  const defaultEnvironment = defaultEnvironmentOf(settings);
  const ask = createAsk({
    db,
    catalog,
    sources: sourceStates(environment.webhookSecrets),
    defaultEnvironment,
    namesOf: createNamesOf({ db, settings: directoryOf(settings) }),
    releases: releaseRulesOf(settings),
  });
  const question =
    understood.outcome === 'catchup'
      ? lastDay(now, defaultEnvironment)
      : withDefaults(understood.question, defaultEnvironment);
  const asked = await ask(question, { timezone, now, limit, cursor: null, viewer: seesEverything });
  if (asked.outcome === 'not-found') return { outcome: 'refused', reason: asked.problem };
  if (json) terminal.print(JSON.stringify(answerJson(asked.answer)));
  else for (const line of answerLines(asked.answer, { now, timezone })) terminal.print(line);
  return done;
}

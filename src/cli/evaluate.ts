import { resolve } from 'node:path';
import { releaseRulesOf } from '../config/release-rules.ts';
import { directoryOf } from '../config/people.ts';
import { createNamesOf } from '../people/people.ts';
import { senderEnvironment } from '../config/sender-environment.ts';
import { figuresOf } from '../domain/evaluation/figures.ts';
import type { LabelledIncident } from '../domain/evaluation/labelled-incident.ts';
import { type Outcome, replay } from '../domain/evaluation/replay.ts';
import { rankSuspects } from '../domain/suspects.ts';
import { labelledIncidents } from '../incidents/labelled.ts';
import { done, readArguments } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { withConfiguration, withDatabase } from './database.ts';
import { evaluationJson } from './evaluate-json.ts';
import { figureLines, outcomeLine } from './evaluate-lines.ts';
import { labelledIncidentsIn } from './labelled-file.ts';

export const evaluate: Command = {
  usage: ['evaluate suspects [--file <incidents.jsonl>] [--list] [--json]'],
  summary:
    'Replays incidents whose cause is known, and says how often the suspects have it first, or among the first three ' +
    'or five, beside the newest changes alone.',
  options: [
    '--file   labelled incidents, one a line: docs/replays.md says what is in it, and how to make one; without it, those',
    '         of the database of which it is known what caused them',
    '--list   also what came of each incident: where its cause was, what was first instead and why',
    '--json   for programs',
  ],
  async run(args, terminal) {
    const read = readArguments(args, {
      file: { type: 'string' },
      list: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    if (read.outcome === 'usage') return read;
    const { file, list = false, json = false } = read.values;
    if (read.positionals.length !== 1 || read.positionals[0] !== 'suspects')
      return { outcome: 'usage', reason: 'say what is to be evaluated: suspects' };
    if (file === undefined) {
      return withDatabase(({ db, configuration: { catalog, settings } }) => {
        const known = labelledIncidents({
          db,
          catalog,
          lookback: settings.incidents.lookback,
          releases: releaseRulesOf(settings),
          namesOf: createNamesOf({ db, settings: directoryOf(settings) }),
        });
        return evaluated(known, { list, json, none: noneYet }, terminal);
      });
    }
    return withConfiguration(async ({ catalog }) => {
      const path = resolve(senderEnvironment().directory ?? '', file);
      return evaluated(labelledIncidentsIn(path, catalog), { list, json, none: noneThere }, terminal);
    });
  },
};

const noneThere = 'there are no labelled incidents';
const noneYet =
  'the database holds no incident of which it is known what caused it: name causes when you resolve them, or give --file';

/** Of whichever incidents: each is forgotten once it has been replayed, however many there are. */
async function evaluated(
  incidents: AsyncIterable<LabelledIncident>,
  { list, json, none }: { readonly list: boolean; readonly json: boolean; readonly none: string },
  terminal: Terminal,
): Promise<Result> {
  const outcomes: Outcome[] = [];
  for await (const incident of incidents) outcomes.push(replay(incident, rankSuspects));
  if (outcomes.length === 0) return { outcome: 'refused', reason: none };
  const figures = figuresOf(outcomes);
  if (json) {
    terminal.print(JSON.stringify(evaluationJson(figures, list ? outcomes : null)));
    return done;
  }
  if (list) for (const outcome of outcomes) terminal.print(outcomeLine(outcome));
  for (const line of figureLines(figures)) terminal.print(line);
  return done;
}

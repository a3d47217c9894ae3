import { defaultEnvironmentOf, peopleNames } from '../config/settings-names.ts';
import { plainName } from '../domain/known-names.ts';
import { measuresJson } from '../domain/measures/measures-json.ts';
import { parseQuestion } from '../domain/since/parse-question.ts';
import { seesEverything } from '../domain/viewer.ts';
import { measure } from '../measures/ask.ts';
import { vocabularyOf } from '../timeline/ask.ts';
import { done, readArguments } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { type Opened, withDatabase } from './database.ts';
import { measuresLines } from './measures-lines.ts';

export const measures: Command = {
  usage: ['measures [--service <name>] [--environment <name>] [--since 90d] [--until <when>]'],
  summary:
    'Says how often is deployed, how long it takes, how often it fails and how long that lasts, by service and team',
  options: [
    '--service      only of this one; may be given several times',
    '--environment  otherwise the one that others are compared with',
    '--since        in the words of /since; otherwise 30d',
    '--until        likewise; otherwise now',
    '--timezone     of times in question and answer, such as Europe/London; otherwise this machine’s',
    '--json         for programs: the answer of GET /api/measures',
  ],
  async run(args, terminal) {
    const read = readArguments(args, {
      service: { type: 'string', multiple: true, default: [] },
      environment: { type: 'string' },
      since: { type: 'string', default: '30d' },
      until: { type: 'string' },
      timezone: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (read.outcome === 'usage') return read;
    if (read.positionals.length > 0) {
      return { outcome: 'usage', reason: `what is ${read.positionals.join(' ')}? Name a service with --service` };
    }
    const { service, environment = null, since, until, json = false } = read.values;
    const { timezone = Intl.DateTimeFormat().resolvedOptions().timeZone } = read.values;
    const when = `since ${since}${until === undefined ? '' : ` until ${until}`}`;
    return withDatabase((opened) => measured(opened, { service, environment, when, timezone, json }, terminal));
  },
};

interface Asked {
  readonly service: readonly string[];
  readonly environment: string | null;
  readonly when: string;
  readonly timezone: string;
  readonly json: boolean;
}

async function measured({ db, configuration }: Opened, asked: Asked, terminal: Terminal): Promise<Result> {
  const { catalog, settings } = configuration;
  const now = new Date();
  const { timezone } = asked;
  const vocabulary = await vocabularyOf(db, catalog);
  const understood = parseQuestion(asked.when, { now, timezone, vocabulary });
  if (understood.outcome === 'not-understood') {
    return { outcome: 'usage', reason: `${understood.problem} For example: --since 90d · --since "last monday"` };
  }
  if (understood.outcome !== 'question')
    return { outcome: 'usage', reason: 'that is no time; for example: --since 90d' };
  const nameIn = (name: string, known: ReadonlyMap<string, string>) =>
    known.get(name.toLowerCase()) ?? known.get(plainName(name)) ?? null;
  const environment = asked.environment === null ? null : nameIn(asked.environment, vocabulary.environments);
  if (asked.environment !== null && environment === null) {
    return { outcome: 'refused', reason: `there is no environment ${asked.environment}` };
  }
  const services = asked.service.map((name) => ({ name, known: nameIn(name, vocabulary.services) }));
  const strange = services.find(({ known }) => known === null);
  if (strange !== undefined) return { outcome: 'refused', reason: `there is no service ${strange.name}` };
  const question = {
    ...understood.question,
    environment: environment ?? understood.question.environment,
    services: services.flatMap(({ known }) => known ?? []),
  };
  const dependencies = {
    db,
    catalog,
    defaultEnvironment: defaultEnvironmentOf(settings),
    people: peopleNames(settings),
  };
  const found = await measure(dependencies, question, { now, timezone, viewer: seesEverything });
  if (found.outcome === 'not-found') return { outcome: 'refused', reason: found.problem };
  if (found.outcome === 'refused') return { outcome: 'refused', reason: found.why };
  if (asked.json) terminal.print(JSON.stringify(measuresJson(found.report)));
  else for (const line of measuresLines(found.report)) terminal.print(line);
  return done;
}

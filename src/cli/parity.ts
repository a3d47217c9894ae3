import { intendedRulesOf, pairsOf } from '../config/parity-rules.ts';
import { parityJson } from '../domain/comparison/parity-json.ts';
import { plainName } from '../domain/known-names.ts';
import { suggestName } from '../domain/suggest-name.ts';
import { compareEnvironments } from '../parity/compare.ts';
import { toldSources } from '../parity/told-sources.ts';
import { vocabularyOf } from '../timeline/ask.ts';
import { done, readArguments } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { type Opened, withDatabase } from './database.ts';
import { parityLines } from './parity-lines.ts';

export const parity: Command = {
  usage: ['parity [<reference> vs <mirror>] [--service <name>]'],
  summary: 'Says how alike two environments are, what differs between them and why: parity production vs staging',
  options: [
    '--service    only what belongs to it',
    '--all        every difference, not only those that somebody has to look at',
    '--json       for programs: the answer of GET /api/parity',
  ],
  async run(args, terminal) {
    const read = readArguments(args, {
      service: { type: 'string' },
      all: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    if (read.outcome === 'usage') return read;
    const names = read.positionals.filter((word) => !['vs', 'versus', 'and'].includes(word.toLowerCase()));
    if (names.length !== 0 && names.length !== 2) {
      return { outcome: 'usage', reason: 'name two environments, such as: parity production vs staging' };
    }
    const { service = null, all = false, json = false } = read.values;
    return withDatabase((opened) => compared(opened, { names, service, all, json }, terminal));
  },
};

interface Asked {
  readonly names: readonly string[];
  readonly service: string | null;
  readonly all: boolean;
  readonly json: boolean;
}

async function compared({ db, configuration }: Opened, asked: Asked, terminal: Terminal): Promise<Result> {
  const { catalog, settings } = configuration;
  const { environments, services } = await vocabularyOf(db, catalog);
  const names: string[] = [];
  for (const name of asked.names) {
    const known = environments.get(name.toLowerCase()) ?? environments.get(plainName(name));
    if (known === undefined) return { outcome: 'refused', reason: strangeWords(name, environments) };
    names.push(known);
  }
  const [usual] = pairsOf(settings);
  const [reference = usual?.reference, mirror = usual?.mirror] = names;
  if (reference === undefined || mirror === undefined || reference === mirror) {
    return { outcome: 'usage', reason: 'name two environments, such as: parity production vs staging' };
  }
  const named = asked.service === null ? null : (services.get(asked.service.toLowerCase()) ?? plainName(asked.service));
  const context = { db, catalog, rules: intendedRulesOf(settings), ignored: settings.ignore };
  const now = new Date();
  const report = await compareEnvironments(
    context,
    { pair: { reference, mirror }, service: named, at: now },
    toldSources({ db, catalog, git: null }),
  );
  if (asked.json) terminal.print(JSON.stringify(parityJson(report)));
  else for (const line of parityLines(report, { now, all: asked.all })) terminal.print(line);
  return done;
}

function strangeWords(name: string, environments: ReadonlyMap<string, string>): string {
  const known = [...new Set(environments.values())].toSorted().join(', ');
  const suggested = suggestName(name, environments);
  const hint = suggested === null ? '' : ` Did you mean ${suggested}?`;
  return `there is no environment ${name}: there are ${known}.${hint}`;
}

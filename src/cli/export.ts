import { releaseRulesOf } from '../config/release-rules.ts';
import { plainName } from '../domain/known-names.ts';
import { suggestName } from '../domain/suggest-name.ts';
import { type KeptDecision, decisionsIn } from '../ledger/decisions.ts';
import { exportChanges } from '../ledger/export-changes.ts';
import {
  changeLine,
  changesHeader,
  decisionJson,
  decisionLine,
  decisionsHeader,
  exportedJson,
} from '../ledger/export-formats.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { vocabularyOf } from '../timeline/ask.ts';
import { done, readArguments } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { type Opened, withDatabase } from './database.ts';
import { dayRange } from './day-range.ts';

export const exportRecord: Command = {
  usage: [
    'export [--from <day>] [--to <day>] [--environment <name>] [--service <name>] [--format csv|json]',
    'export decisions [--from <day>] [--to <day>] [--format csv|json]',
  ],
  summary:
    'Writes every change of a period with who, what, when, approval, evidence and justification, for whoever audits; or ' +
    'every decision that people made.',
  options: [
    '--from, --to    UTC days (2026-11-20) on which it took effect, both included; otherwise all',
    '--environment   only changes of this one',
    '--service       only changes of this one',
    '--format        csv, in which nothing is a formula, or json: one list; otherwise csv',
  ],
  async run(args, terminal) {
    const read = readArguments(args, {
      from: { type: 'string' },
      to: { type: 'string' },
      environment: { type: 'string' },
      service: { type: 'string' },
      format: { type: 'string', default: 'csv' },
    });
    if (read.outcome === 'usage') return read;
    const [what = 'changes', ...rest] = read.positionals;
    if (rest.length > 0 || (what !== 'changes' && what !== 'decisions')) {
      return { outcome: 'usage', reason: `what is ${rest[0] ?? what}?` };
    }
    const { format, environment, service } = read.values;
    if (format !== 'csv' && format !== 'json') return { outcome: 'usage', reason: '--format is csv or json' };
    const days = dayRange(read.values);
    if (days.outcome === 'usage') return days;
    const period = { from: startOf(days.from), to: days.to === null ? null : nextDay(days.to) };
    if (what === 'changes') {
      return withDatabase((opened) => changes(opened, { ...period, environment, service }, writer(terminal, format)));
    }
    if (environment !== undefined || service !== undefined) {
      return { outcome: 'usage', reason: 'decisions are of no one environment or service' };
    }
    return withDatabase((opened) => decisions(opened, period, writer(terminal, format)));
  },
};

interface Period {
  readonly from: Date | null;
  readonly to: Date | null;
}

interface Asked extends Period {
  readonly environment: string | undefined;
  readonly service: string | undefined;
}

async function changes({ db, configuration }: Opened, asked: Asked, out: Writer): Promise<Result> {
  const { environments, services } = await vocabularyOf(db, configuration.catalog);
  const environment = named(asked.environment, environments);
  if (environment === undefined) {
    const name = asked.environment ?? '';
    const meant = suggestName(name, environments);
    return { outcome: 'refused', reason: `no environment is called ${name}${meant === null ? '' : `; ${meant}?`}` };
  }
  // One of which nothing is known yet has no changes.
  const known = named(asked.service, services);
  const service = known === undefined ? plainName(asked.service ?? '') : known;
  const releases = releaseRulesOf(configuration.settings);
  const catalog = await catalogWith(db, configuration.catalog);
  await out.begin(changesHeader);
  await exportChanges({ db, catalog, releases }, { from: asked.from, to: asked.to, environment, service }, (exported) =>
    out.write(
      () => changeLine(exported),
      () => exportedJson(exported),
    ),
  );
  await out.end();
  return done;
}

/** Null: nobody asked for one. Undefined: there is none of this name. */
function named(given: string | undefined, known: ReadonlyMap<string, string>): string | null | undefined {
  return given === undefined ? null : (known.get(given.toLowerCase()) ?? known.get(plainName(given)));
}

const page = 1000;
const ever = { from: new Date(-8.64e13), to: new Date(8.64e13) };

async function decisions({ db }: Opened, { from, to }: Period, out: Writer): Promise<Result> {
  await out.begin(decisionsHeader);
  let after: KeptDecision | null = null;
  for (;;) {
    const period = { from: from ?? ever.from, to: to ?? ever.to };
    const found: readonly KeptDecision[] = await decisionsIn(db, { ...period, after, limit: page });
    for (const decision of found) {
      await out.write(
        () => decisionLine(decision),
        () => decisionJson(decision),
      );
    }
    after = found.at(-1) ?? null;
    if (found.length < page) break;
  }
  await out.end();
  return done;
}

interface Writer {
  begin(header: string): Promise<void>;
  write(csv: () => string, json: () => object): Promise<void>;
  end(): Promise<void>;
}

/** A list of JSON has an object a line. */
function writer(terminal: Terminal, format: 'csv' | 'json'): Writer {
  let written = 0;
  const print = async (text: string) => {
    terminal.print(text);
    await terminal.drained?.();
  };
  if (format === 'csv') {
    // `print` ends the line.
    const line = (text: string) => print(text.replace(/\n$/, ''));
    return { begin: line, write: (csv) => line(csv()), end: () => Promise.resolve() };
  }
  return {
    begin: () => print('['),
    write: (_csv, json) => print(`${written++ === 0 ? '' : ','}${JSON.stringify(json())}`),
    end: () => print(']'),
  };
}

function startOf(day: string | null): Date | null {
  return day === null ? null : new Date(`${day}T00:00:00Z`);
}

function nextDay(day: string): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
}

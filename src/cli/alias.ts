import { processUser } from '../config/process-user.ts';
import type { Nameable } from '../domain/alias.ts';
import { sayAlias, takeBackAlias } from '../names/say-alias.ts';
import { listAliases } from '../timeline/aliases.ts';
import { done, readArguments, table } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { withDatabase } from './database.ts';
import { readWhy, whyOption } from './why.ts';

export const alias: Command = {
  usage: [
    'alias service <name> <service> [--why <reason>]',
    'alias environment <name> <environment> [--why <reason>]',
    'alias list [--json]',
    'alias remove service|environment <name> [--why <reason>]',
  ],
  summary:
    'Says that a name means a service or environment, also for what was recorded before. Names of several words are quoted.',
  options: [
    'A name that is given twice (alias service mailer mailer) is one of its own, and no longer listed as unmatched.',
    whyOption,
    '--json    for programs',
  ],
  async run(args, terminal) {
    const read = readArguments(args, { json: { type: 'boolean' }, why: { type: 'string' } });
    if (read.outcome === 'usage') return read;
    const [action, ...names] = read.positionals;
    const { json = false } = read.values;
    if (action === 'list' && names.length === 0) return list(json, terminal);
    const reason = readWhy(read.values.why);
    if ('problem' in reason) return { outcome: 'usage', reason: reason.problem };
    const deciding = { names, json, terminal, ...reason };
    if (action === 'service' || action === 'environment') return say(action, deciding);
    if (action === 'remove') return remove(deciding);
    return { outcome: 'usage', reason: 'say what to do with aliases: service, environment, list or remove' };
  },
};

interface Deciding {
  readonly names: readonly string[];
  readonly why: string | null;
  readonly json: boolean;
  readonly terminal: Terminal;
}

function say(what: Nameable, { names, why, json, terminal }: Deciding): Promise<Result> | Result {
  const [given, name] = names;
  if (given === undefined || name === undefined || names.length > 2) {
    return { outcome: 'usage', reason: `say two names: alias ${what} <name> <${what}>` };
  }
  return withDatabase(async ({ db, configuration }) => {
    const said = { what, alias: given, name, by: decider(), now: new Date(), replace: true };
    const added = await sayAlias(db, configuration.catalog, said, why);
    if (added.outcome === 'refused') return { outcome: 'refused', reason: added.why };
    const { alias: row } = added;
    if (json) terminal.print(JSON.stringify({ ...row, changed: added.outcome === 'added' }));
    else if (added.outcome !== 'added') terminal.print(`${row.alias} is ${row.name} already.`);
    else terminal.print(`${row.alias} is ${row.name} from now on. The service renames what was recorded before.`);
    return done;
  });
}

async function list(json: boolean, terminal: Terminal): Promise<Result> {
  return withDatabase(async ({ db }) => {
    const aliases = await listAliases(db);
    if (json) {
      terminal.print(
        JSON.stringify(
          aliases.map(({ addedBy, addedAt, ...each }) => ({ ...each, added_by: addedBy, added_at: addedAt })),
        ),
      );
    } else if (aliases.length === 0) {
      terminal.print('No aliases yet but those of the settings: sincewhen alias service <name> <service> adds one.');
    } else {
      const rows = aliases.map((each) => [each.what, each.alias, each.name, each.addedBy, each.addedAt.toISOString()]);
      terminal.print(table(['what', 'alias', 'is', 'added by', 'added'], rows));
    }
    return done;
  });
}

function remove({ names, why, json, terminal }: Deciding): Promise<Result> | Result {
  const [what, given] = names;
  if ((what !== 'service' && what !== 'environment') || given === undefined || names.length > 2) {
    return { outcome: 'usage', reason: 'say which: alias remove service <name>, or alias remove environment <name>' };
  }
  return withDatabase(async ({ db }) => {
    const removed = await takeBackAlias(db, { what, alias: given }, decider(), why);
    if (removed === null) {
      return { outcome: 'refused', reason: `there is no alias ${given} of a ${what}: sincewhen alias list shows them` };
    }
    if (json) terminal.print(JSON.stringify(removed));
    else {
      terminal.print(`${removed.alias} is no longer ${removed.name}. The service renames what was recorded before.`);
    }
    return done;
  });
}

/** As long as there is room for beside an alias. */
function decider(): string {
  return processUser().slice(0, 200);
}

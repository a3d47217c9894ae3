import { processUser } from '../config/process-user.ts';
import { actAs } from '../database/act-as.ts';
import { createToken, listTokens, revokeToken, scopes } from '../timeline/tokens.ts';
import type { Scope } from '../timeline/tokens.ts';
import { done, readArguments, table } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { withDatabase } from './database.ts';
import { readWhy, whyOption } from './why.ts';

export const token: Command = {
  usage: [
    'token create --scope ingest|read|admin [--scope …] [--name <name>] [--why <reason>] [--json]',
    'token list [--json]',
    'token revoke <id> [--why <reason>]',
  ],
  summary: 'Tokens let programs use the API: `Authorization: Bearer <token>`.',
  options: [
    '--scope   ingest: may report changes. read: may ask. admin: may do both. Several may be given.',
    '--name    what it is for, to tell it from others in the list',
    whyOption,
    '--json    for programs',
  ],
  async run(args, terminal) {
    const [action, ...rest] = args;
    if (action === 'create') return create(rest, terminal);
    if (action === 'list') return list(rest, terminal);
    if (action === 'revoke') return revoke(rest, terminal);
    return { outcome: 'usage', reason: 'say what to do with tokens: create, list or revoke' };
  },
};

async function create(args: readonly string[], terminal: Terminal): Promise<Result> {
  const read = readArguments(args, {
    scope: { type: 'string', multiple: true },
    name: { type: 'string' },
    why: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (read.outcome === 'usage') return read;
  const { scope: asked = [], name, json } = read.values;
  if (read.positionals.length > 0) return { outcome: 'usage', reason: `what is ${read.positionals[0]}?` };
  if (asked.length === 0) return { outcome: 'usage', reason: '--scope is missing: ingest, read or admin' };
  const granted = asked.filter(isScope);
  if (granted.length < asked.length) return { outcome: 'usage', reason: '--scope is ingest, read or admin' };
  const called = (name ?? `${granted.join(' and ')} token`).trim();
  if (called === '' || called.length > 200) return { outcome: 'usage', reason: '--name has 1 to 200 characters' };

  const reason = readWhy(read.values.why);
  if ('problem' in reason) return { outcome: 'usage', reason: reason.problem };
  return withDatabase(async ({ db }) => {
    const created = await db.transaction().execute(async (trx) => {
      await actAs(trx, processUser(), reason.why);
      return createToken(trx, { name: called, scopes: granted, now: new Date() });
    });
    terminal.print(json ? JSON.stringify({ ...created, name: called, scopes: granted }) : created.token);
    return done;
  });
}

async function list(args: readonly string[], terminal: Terminal): Promise<Result> {
  const read = readArguments(args, { json: { type: 'boolean' } });
  if (read.outcome === 'usage') return read;
  return withDatabase(async ({ db }) => {
    const tokens = await listTokens(db);
    if (read.values.json) {
      terminal.print(
        JSON.stringify(
          tokens.map((each) => ({
            id: each.id,
            name: each.name,
            scopes: each.scopes,
            created_at: each.createdAt,
            revoked_at: each.revokedAt,
          })),
        ),
      );
    } else if (tokens.length === 0) terminal.print('No tokens yet: sincewhen token create --scope ingest makes one.');
    else {
      const rows = tokens.map((each) => [
        each.id,
        each.name,
        each.scopes.join(' '),
        each.createdAt.toISOString(),
        each.revokedAt?.toISOString() ?? '',
      ]);
      terminal.print(table(['id', 'name', 'scopes', 'created', 'revoked'], rows));
    }
    return done;
  });
}

async function revoke(args: readonly string[], terminal: Terminal): Promise<Result> {
  const read = readArguments(args, { why: { type: 'string' } });
  if (read.outcome === 'usage') return read;
  const [id, ...others] = read.positionals;
  if (id === undefined || others.length > 0 || !/^\d{1,18}$/.test(id)) {
    return { outcome: 'usage', reason: 'say which token, by the id that `token list` shows' };
  }
  const reason = readWhy(read.values.why);
  if ('problem' in reason) return { outcome: 'usage', reason: reason.problem };
  return withDatabase(async ({ db }) => {
    const revoked = await db.transaction().execute(async (trx) => {
      await actAs(trx, processUser(), reason.why);
      return revokeToken(trx, id, new Date());
    });
    if (!revoked) return { outcome: 'refused', reason: `no token ${id} is in force` };
    terminal.print(`Token ${id} is revoked.`);
    return done;
  });
}

function isScope(text: string): text is Scope {
  return scopes.some((scope) => scope === text);
}

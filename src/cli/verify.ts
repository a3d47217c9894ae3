import { defaultEnvironmentOf } from '../config/settings-names.ts';
import { endpointsOf } from '../config/verify-endpoints.ts';
import { changeName } from '../domain/change-words.ts';
import { suggestName } from '../domain/suggest-name.ts';
import { createIngest } from '../ingest/ingest.ts';
import { askEndpoint } from '../parity/ask-endpoint.ts';
import { type VerifiedDeploy, verifyDeploys } from '../parity/verify-deploy.ts';
import { concealWith } from '../sources/reading/conceal.ts';
import { openSource } from '../sources/reading/open.ts';
import { verification } from '../sources/verification.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { learntNames } from '../timeline/learnt-names.ts';
import { done, readArguments } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { type Opened, withDatabase } from './database.ts';

export const verify: Command = {
  usage: ['verify [<environment>] [--service <name>]'],
  summary:
    'Looks whether what was deployed last is what runs: by the addresses that the settings name (services.<name>.verify) ' +
    'and by what collectors have seen since. The result is kept with each deploy.',
  options: [
    '--service   only this one; may be given several times',
    '--json      for programs',
    'Ends with 1 when something is not as it was deployed.',
  ],
  async run(args, terminal) {
    const read = readArguments(args, {
      service: { type: 'string', multiple: true },
      json: { type: 'boolean' },
    });
    if (read.outcome === 'usage') return read;
    const [environment, ...rest] = read.positionals;
    if (rest.length > 0) return { outcome: 'usage', reason: `what is ${rest[0]}?` };
    const { service: services = null, json = false } = read.values;
    return withDatabase((opened) => look(opened, { environment, services, json }, terminal));
  },
};

interface Asked {
  readonly environment: string | undefined;
  readonly services: readonly string[] | null;
  readonly json: boolean;
}

async function look(opened: Opened, asked: Asked, terminal: Terminal): Promise<Result> {
  const { db, configuration } = opened;
  const { settings, environment: set } = configuration;
  const [catalog, learnt] = await Promise.all([catalogWith(db, configuration.catalog), learntNames(db)]);
  const known = new Map([
    ...learnt.environments.map((name) => [name.toLowerCase(), name] as const),
    ...catalog.environments,
  ]);
  const named = asked.environment ?? defaultEnvironmentOf(settings);
  const environment = known.get(named.toLowerCase());
  if (environment === undefined) {
    const meant = suggestName(named, known);
    return { outcome: 'refused', reason: `no environment is called ${named}${meant === null ? '' : `; ${meant}?`}` };
  }
  const now = () => new Date();
  const source = openSource(verification, { secrets: [], catalog, conceal: concealWith(set.hmacKey) });
  const ingest = createIngest({ db, catalog, now, react: () => Promise.resolve() });
  const found = await verifyDeploys(
    {
      db,
      catalog,
      endpoints: endpointsOf(settings),
      ask: (url) => askEndpoint(url, new AbortController().signal),
      tell: async (report) => {
        const body = Buffer.from(JSON.stringify(report));
        const told = await ingest.ingest(source, { headers: {}, body, receivedAt: now() });
        if (told.outcome === 'unavailable') throw told.error;
      },
      now,
    },
    { environment, services: asked.services },
  );
  return show(found, { ...asked, environment }, terminal);
}

function show(found: readonly VerifiedDeploy[], { environment, json }: Asked, terminal: Terminal): Result {
  if (json) terminal.print(JSON.stringify(found.map(jsonOf)));
  else for (const each of found) terminal.print(lineOf(each));
  if (found.length === 0) return { outcome: 'refused', reason: `no successful deploy to ${environment} is known` };
  const wrong = found.filter(({ verification }) => verification.outcome === 'not-verified').length;
  if (wrong === 0) return done;
  return { outcome: 'refused', reason: `${wrong} of ${found.length} ${wrong === 1 ? 'is' : 'are'} not as deployed` };
}

const words = { verified: 'verified', 'not-verified': 'NOT verified', unknown: 'not known' } as const;

function lineOf({ deploy: { change }, verification }: VerifiedDeploy): string {
  return `${changeName(change)}: ${words[verification.outcome]}: ${verification.text}`;
}

function jsonOf({ deploy: { service, environment, change }, verification: { outcome, text } }: VerifiedDeploy): object {
  return { service, environment, change: change.id, version: change.to, outcome, text };
}

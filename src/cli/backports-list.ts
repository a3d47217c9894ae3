import { listBackports, unreadablePlaces } from '../backports/list.ts';
import { backportJson } from '../domain/backports/json.ts';
import { type Backport, type BackportState, backportName, lastProof, weakest } from '../domain/backports/backport.ts';
import { plainName } from '../domain/known-names.ts';
import { vocabularyOf } from '../timeline/ask.ts';
import { type Result, type Terminal, done, table } from './command.ts';
import { withDatabase } from './database.ts';

interface Asked {
  readonly service: string | undefined;
  /** Also those of which nothing more is to come. */
  readonly all: boolean;
  readonly json: boolean;
}

const most = 100_000;
const awaited: readonly BackportState[] = ['open', 'candidate', 'not-evaluable', 'landed'];

/** What is to come home, those for which something is to be done first, and of these the oldest. */
export function listCommand({ service, all, json }: Asked, terminal: Terminal): Promise<Result> {
  return withDatabase(async ({ db, configuration }) => {
    const { services } = await vocabularyOf(db, configuration.catalog);
    const name = service === undefined ? null : (services.get(service.toLowerCase()) ?? plainName(service));
    const found = await listBackports(db, {
      ...(all ? {} : { states: awaited }),
      ...(name === null ? {} : { service: name }),
      limit: most,
    });
    const unknown = await unreadablePlaces(db, name);
    if (json) {
      terminal.print(JSON.stringify({ backports: found.map(backportJson), unknown }, null, 2));
      return done;
    }
    terminal.print(found.length === 0 ? nothing(all) : tableOf(found));
    for (const { repository, reference, mirror, why } of unknown) {
      terminal.print(`What ${mirror} lacks of what ${reference} has of ${repository} is not known: ${why}`);
    }
    return done;
  });
}

function nothing(all: boolean): string {
  return all ? 'No backports are known.' : 'Nothing is to come home, as far as is known. --all lists what has.';
}

function tableOf(backports: readonly Backport[]): string {
  const header = ['id', 'state', 'since', 'service', 'fix', 'by', 'why'];
  return table(
    header,
    backports.map((each) => [
      each.id,
      each.state,
      each.openedAt.toISOString().slice(0, 10),
      each.service ?? each.repository ?? '',
      backportName(each),
      each.owner ?? '',
      wordsOf(each),
    ]),
  );
}

/** What proves it where something does, else why it is thought to be missing. */
function wordsOf(backport: Backport): string {
  const { state, mirror, note, why } = backport;
  if (state !== 'landed' && state !== 'live') {
    return [why, note, ...saidWords(backport)].filter((each) => each !== null).join('; ');
  }
  const seen = lastProof(backport);
  if (seen !== null) return `${mirror} has it: ${proofWords(seen)}`;
  const proof = weakest(backport.commits)?.evidence;
  const missing = new Set(backport.commits.flatMap(({ evidence }) => evidence.missingFiles));
  const without = missing.size === 0 ? '' : `, without ${[...missing].join(', ')}`;
  const where = state === 'live' ? `${mirror} runs it` : `on the branch that ${mirror} runs`;
  return `${where}: ${proof?.by?.slice(0, 7)} (${proof?.method}, containment ${proof?.containment})${without}`;
}

/** What people said that is still in force. */
function saidWords({ state, reference, snoozed, waived }: Backport): readonly string[] {
  const day = (at: Date) => at.toISOString().slice(0, 10);
  const until = snoozed?.until ?? null;
  return [
    ...(snoozed === null
      ? []
      : [`snoozed until ${until === null ? `the next deploy to ${reference}` : day(until)} by ${snoozed.by}`]),
    ...(waived === null
      ? []
      : [
          state === 'waived'
            ? `waived until ${day(waived.until)} by ${waived.by}: ${waived.reason}`
            : `waived by ${waived.by}, which a second person must say too: ${waived.reason}`,
        ]),
  ];
}

function proofWords({ at, collector, snapshotId, changeId }: NonNullable<ReturnType<typeof lastProof>>): string {
  const when = at.toISOString().slice(0, 16).replace('T', ' ');
  return snapshotId === null && changeId !== null
    ? `change ${changeId} says so (${when} UTC)`
    : `a snapshot of ${collector} saw it (${when} UTC)`;
}

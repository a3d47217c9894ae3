import type { Finding } from '../ledger/finding.ts';
import { sealRecord } from '../ledger/seal.ts';
import { type Verified, newestSeal, verifyRecord } from '../ledger/verify.ts';
import { done, readArguments } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { withDatabase } from './database.ts';
import { type DayRange, dayRange } from './day-range.ts';

export const ledger: Command = {
  usage: [
    'ledger verify [--from <day>] [--to <day>] [--head <hash>] [--json]',
    'ledger head [--json]',
    'ledger seal [--json]',
  ],
  summary:
    'Looks whether what was recorded is what was sealed: names every event and decision that somebody altered, removed or ' +
    'slipped in, and every seal. head prints the newest hash, to be noted elsewhere; seal does now what the service does ' +
    'every five minutes.',
  options: [
    '--from, --to   the UTC days (2026-11-20) on which it was recorded, both included; otherwise all',
    '--head         a hash that ledger head printed once: it has to be in the chain still',
    '--json         for programs',
    'Ends with 1 when something is not as it was sealed.',
  ],
  async run(args, terminal) {
    const read = readArguments(args, {
      from: { type: 'string' },
      to: { type: 'string' },
      head: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (read.outcome === 'usage') return read;
    const [action, ...rest] = read.positionals;
    if (rest.length > 0) return { outcome: 'usage', reason: `what is ${rest[0]}?` };
    const { json = false, head = null } = read.values;
    const days = dayRange(read.values);
    if (days.outcome === 'usage') return days;
    if (action === 'verify') {
      if (head !== null && !/^[0-9a-f]{64}$/.test(head)) {
        return { outcome: 'usage', reason: '--head is the 64 digits that ledger head printed' };
      }
      return verify({ days, head, json }, terminal);
    }
    if (action === 'head') return printHead(json, terminal);
    if (action === 'seal') return seal(json, terminal);
    return { outcome: 'usage', reason: 'say what to do with the ledger: verify, head or seal' };
  },
};

interface Asked {
  readonly days: DayRange;
  readonly head: string | null;
  readonly json: boolean;
}

function verify({ days, head, json }: Asked, terminal: Terminal): Promise<Result> {
  return withDatabase(async ({ db }) => {
    const verified = await verifyRecord(db, { days, head });
    if (json) terminal.print(JSON.stringify(jsonOf(verified), null, 2));
    else for (const line of linesOf(verified)) terminal.print(line);
    if (verified.wrong === 0) return done;
    const things = verified.wrong === 1 ? '1 thing is' : `${verified.wrong} things are`;
    return { outcome: 'refused', reason: `the ledger is not intact: ${things} not as it was sealed` };
  });
}

function linesOf({ seals, events, decisions, head, expired, unsealed, late, findings, wrong }: Verified): string[] {
  const more = wrong - findings.length;
  return [
    ...findings.map(findingLine),
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...expired.map(
      ({ day, rows, on }) =>
        `${day}: proof kept of ${number(rows)} events, rows expired on ${on.toISOString().slice(0, 10)}`,
    ),
    ...late.map(
      ({ seal, day, recordedAt, sealedAt }) =>
        `Seal ${seal} of ${day} was made ${sealedAt.toISOString()}, and holds what says that it was recorded ` +
        `${recordedAt.toISOString()}: nothing was sealed for so long, or it was dated back.`,
    ),
    unsealed.events === 0 || unsealed.since === null
      ? 'Everything that is recorded is sealed.'
      : `Not sealed yet: ${number(unsealed.events)} events, the oldest recorded ${unsealed.since.toISOString()}`,
    `${wrong === 0 ? 'Intact' : 'NOT intact'}: ${number(events)} events and ${number(decisions)} decisions in ` +
      `${number(seals)} seals.`,
    head === null ? 'Nothing is sealed yet.' : `Head: ${head.hash} (seal ${head.number} of ${head.day})`,
  ];
}

function findingLine({ what, finding, key, at, seal, text }: Finding): string {
  const where = [key, at?.toISOString(), seal === null ? null : `seal ${seal}`].filter(
    (each) => typeof each === 'string',
  );
  return `${finding.toUpperCase()} ${what} ${where.join(', ')}: ${text}`;
}

function jsonOf({ unsealed, expired, late, ...verified }: Verified) {
  return {
    intact: verified.wrong === 0,
    ...verified,
    expired: expired.map(({ on, ...each }) => ({ ...each, expired_on: on })),
    unsealed,
    late: late.map(({ seal, day, recordedAt, sealedAt }) => ({
      seal,
      day,
      recorded_at: recordedAt,
      sealed_at: sealedAt,
    })),
  };
}

function printHead(json: boolean, terminal: Terminal): Promise<Result> {
  return withDatabase(async ({ db }) => {
    const head = await newestSeal(db);
    if (head === null) return { outcome: 'refused', reason: 'nothing is sealed yet' };
    const { sealedAt, ...seal } = head;
    terminal.print(json ? JSON.stringify({ ...seal, sealed_at: sealedAt }) : head.hash);
    return done;
  });
}

function seal(json: boolean, terminal: Terminal): Promise<Result> {
  return withDatabase(async ({ db }) => {
    const sealed = await sealRecord(db, () => new Date());
    if (json) terminal.print(JSON.stringify(sealed));
    else terminal.print(`Sealed ${number(sealed.rows)} rows in ${number(sealed.seals)} seals.`);
    return done;
  });
}

function number(count: number): string {
  return count.toLocaleString('en');
}

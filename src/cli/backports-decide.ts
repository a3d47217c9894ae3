import { userInfo } from 'node:os';
import { decideBackport } from '../backports/decide.ts';
import { decisionsOf } from '../backports/decisions.ts';
import { directoryOf } from '../config/people.ts';
import { mirrorsOf } from '../config/release-rules.ts';
import { type Decision, uselessCauses } from '../domain/backports/decision.ts';
import { wholeBackportJson } from '../domain/backports/json.ts';
import { backportName } from '../domain/backports/backport.ts';
import { sayerOf } from '../domain/people/sayer.ts';
import { outsideText } from '../domain/outside-text.ts';
import { createPeople } from '../people/people.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { type Result, type Terminal, done } from './command.ts';
import { withDatabase } from './database.ts';

interface Given {
  /** What follows the word. */
  readonly positionals: readonly string[];
  readonly until: string | undefined;
  readonly days: string | undefined;
  readonly reason: string | undefined;
  readonly commit: string | undefined;
  readonly by: string | undefined;
  readonly json: boolean;
}

type Usage = Extract<Result, { outcome: 'usage' }>;

/** Says it of a backport, as a person would in Slack. */
export function decideCommand(word: Decision['kind'], given: Given, terminal: Terminal): Promise<Result> | Result {
  const now = new Date();
  const [id = '', ...others] = given.positionals;
  if (!/^\d{1,18}$/.test(id)) return usage(`which backport? ${word} <id>: sincewhen backports list shows them`);
  const read = decisionOf(word, others, given, now);
  if ('outcome' in read) return read;
  const by = given.by === undefined ? userName() : outsideText(given.by, 200);
  if (by === undefined) return usage('who says so? --by');
  return say(id, read.decision, by, given.json, terminal);
}

function say(id: string, decision: Decision, by: string, json: boolean, terminal: Terminal): Promise<Result> {
  return withDatabase(async ({ db, configuration }) => {
    const { catalog, settings, environment } = configuration;
    // Nothing else looks into repositories, nor waits for what that needs.
    const git = decision.kind === 'propose' ? (await import('../start/git.ts')).gitOrigin(environment) : null;
    const dependencies = { db, catalog, git, mirrors: mirrorsOf(settings), now: () => new Date() };
    const people = createPeople({ db, settings: directoryOf(settings), slack: null, now: () => new Date() });
    const directory = await people.directoryOf({ identities: [by] });
    const decided = await decideBackport(dependencies, id, decision, sayerOf(directory, by));
    if (decided.outcome === 'unknown') return { outcome: 'refused', reason: `there is no backport ${id}` };
    if (decided.outcome === 'refused') return { outcome: 'refused', reason: decided.why };
    const { backport, said } = decided;
    if (json) {
      terminal.print(JSON.stringify({ ...wholeBackportJson(backport, await decisionsOf(db, id)), said }, null, 2));
    } else terminal.print(`${backportName(backport)} (${backport.state}): ${said}`);
    return done;
  });
}

type Read = { readonly decision: Decision } | Usage;

function decisionOf(word: Decision['kind'], others: readonly string[], given: Given, now: Date): Read {
  const [what, ...more] = others;
  const takesWord = word === 'propose' || word === 'answer' || word === 'useless' || word === 'hand-over';
  const [strange] = takesWord ? more : others;
  if (strange !== undefined) return usage(`what is ${strange}?`);
  switch (word) {
    case 'propose':
      return what === undefined
        ? usage('which commit is it? propose <id> <commit>')
        : { decision: { kind: word, commit: what } };
    case 'answer': {
      if (what !== 'yes' && what !== 'no') return usage('is it? answer <id> yes, or answer <id> no');
      const { commit } = given;
      if (commit !== undefined && !/^[0-9a-f]{40}$/.test(commit)) return usage('--commit takes 40 hex digits');
      return { decision: { kind: word, yes: what === 'yes', ...(commit === undefined ? {} : { commit }) } };
    }
    case 'snooze': {
      const until = given.until === 'release' ? given.until : momentOf(given, now);
      if (until === null) return usage('until when? --days <number>, or --until <day>, or --until release');
      return { decision: { kind: word, until, reason: given.reason ?? null } };
    }
    case 'waive': {
      const until = momentOf(given, now);
      if (until === null) return usage('until when? --until <day>, or --days <number>');
      if (given.reason === undefined) return usage('why need it not come? --reason');
      return { decision: { kind: word, reason: given.reason, until } };
    }
    case 'wake':
    case 'second':
      return { decision: { kind: word } };
    case 'useless': {
      const cause = uselessCauses.find((each) => each === what);
      if (cause === undefined) return usage(`why? useless <id> ${uselessCauses.join('|')}`);
      return { decision: { kind: word, cause } };
    }
    case 'hand-over':
      return what === undefined
        ? usage('who looks after it? hand-over <id> <whom>')
        : { decision: { kind: word, to: what } };
  }
}

/** Null: not told, told twice, or not understood. A day begins at midnight, UTC. */
function momentOf({ until, days }: Given, now: Date): Date | null {
  if ((until === undefined) === (days === undefined)) return null;
  if (days !== undefined) {
    return /^\d{1,4}$/.test(days) ? new Date(now.getTime() + Number(days) * 86_400_000) : null;
  }
  return parseTimestamp(/^\d{4}-\d\d-\d\d$/.test(until ?? '') ? `${until}T00:00:00Z` : until);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // Whoever runs this has no name on this machine.
    return 'cli';
  }
}

function usage(reason: string): Usage {
  return { outcome: 'usage', reason };
}

import { parseArgs } from 'node:util';
import { bringHome, forgetHotfix, landHotfix } from './hotfix.ts';
import { beginIncident, closeIncident, incidentChannel, mendIncident } from './incident.ts';
import { isObject, textOf } from './json.ts';
import { digestOfWeek } from './digest.ts';
import { askParity, runAgain, tellMonths } from './parity.ts';
import { proveRecord } from './record.ts';
import { ask, askUntilTold, missingFrom, place, question } from './question.ts';
import { personOf, type Message } from './slack/workspace.ts';
import { systemNames, systemTitle } from './systems.ts';
import { renderInTerminal } from './terminal.ts';
import { startWorld, type World } from './world.ts';

const { values: flags } = parseArgs({ options: { once: { type: 'boolean' }, port: { type: 'string', default: '0' } } });
const asker = 'ada';
// A terminal that does not know its width says 0.
const columns = Math.min(100, process.stdout.columns || 100);
const rule = '━'.repeat(columns);

const stopping = new AbortController();
const stopped = new Promise<void>((resolve) =>
  stopping.signal.addEventListener('abort', () => resolve(), { once: true }),
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

try {
  await main();
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
}

async function main(): Promise<void> {
  say('Starting a private PostgreSQL, an emulated Slack and GitHub, and the service…');
  const began = performance.now();
  const world = await startWorld({ now: new Date(), port: Number(flags.port) });
  try {
    say(`  ready in ${seconds(performance.now() - began)} s`);
    if (!stopping.signal.aborted) await Promise.race([perform(world), stopped]);
    // Stopped before its question was answered: that is no success.
    if (stopping.signal.aborted) process.exitCode ??= 130;
    if (flags.once === true || !process.stdout.isTTY || stopping.signal.aborted || process.exitCode === 1) return;
    say(`\nTry it yourself: ${world.page.url}   (Ctrl-C stops everything)`);
    await stopped;
    say('\nStopping…');
  } finally {
    await world.close();
  }
}

async function perform(world: World): Promise<void> {
  say(`  Telling a day of ${sendersIn()} with signed webhooks…`);
  show(
    world,
    await beginIncident(world, 'ada'),
    `PagerDuty pages; ada makes #${incidentChannel}. The bot posts and pins:`,
  );
  show(world, await mendIncident(world, 'grace'), 'grace rolls back, and the alert ends. The same message, edited:');
  const { sent, refused } = await world.tell();
  if (refused > 0)
    return complain(`the service did not accept ${refused} of ${sent} webhooks.\n${complaintsOf(world)}`);

  await askUntilTold(world, 'grace');
  const { message, ackMs, answerMs } = await ask(world, asker);
  show(world, message, `#${place} · ${asker} types /since ${question}. Only ${asker} sees:`);
  say(
    `\n${sent} webhooks were taken. Acknowledged in ${Math.round(ackMs)} ms, answered in ${Math.round(answerMs)} ms.`,
  );
  const missing = missingFrom(world, message, asker);
  if (missing.length > 0) return complain(`the answer does not tell of ${missing.join(', ')}.\n${complaintsOf(world)}`);

  await tellMonths(world);
  show(
    world,
    await askParity(world, asker),
    `The collectors have run for months; ${asker} types /parity. Only ${asker} sees:`,
  );
  await runAgain(world);
  say('\nThey run once more and see nothing new: nobody is told anything.');

  show(
    world,
    await landHotfix(world),
    'grace pushes a fix to a hotfix branch and deploys it past staging. The channel of checkout:',
  );

  const draft = await closeIncident(world, 'ada');
  say(`\n${rule}\nada resolves it with its first suspect, and types /incident timeline. From the file that comes:\n`);
  say(partOf(draft, '# ', '## Impact'));
  say(`…\n\n${partOf(draft, '## Timeline', '## ')}`);

  const { asked, home } = await bringHome(world);
  show(world, asked, 'grace presses “Open backport PR”. The same message, edited:');
  show(world, home, 'barbara merges it and it is deployed to staging. The same message, edited:');
  show(
    world,
    await forgetHotfix(world),
    'Then somebody deploys a release without the fix to production. Before it is there, the channel reads:',
  );

  // A digest is due at a whole minute: the record is looked at meanwhile.
  const [record, { head, thread }] = await Promise.all([proveRecord(world), digestOfWeek(world, asker)]);
  const { changes, events, decisions, seals, altered } = record;
  say(`\n${rule}\nAn auditor exports the record (sincewhen export) and verifies it (sincewhen ledger verify):\n`);
  say(`${changes} changes exported, each the same in the timeline. ${events} events and ${decisions} decisions in`);
  say(`${seals} seals: intact. Then somebody alters in the database who made the bad deploy:\n`);
  say(altered);
  say('\nThe row is put back: intact again.');
  show(
    world,
    head,
    `Once a week #prod-changes is told how the week went; ${asker} saw it before with /parity digest now. It reads:`,
  );
  for (const [index, message] of thread.entries()) show(world, message, `In its thread, ${index + 1}:`);
}

/** The lines from one that begins with `from` until another begins with `until`. */
function partOf(text: string, from: string, until: string): string {
  const lines = text.split('\n');
  const begin = lines.findIndex((each) => each.startsWith(from));
  const end = lines.findIndex((each, index) => index > begin && each.startsWith(until));
  return lines.slice(Math.max(begin, 0), end === -1 ? lines.length : end).join('\n');
}

function show(world: World, message: Message, what: string): void {
  const viewer = personOf(world.slack.workspace, asker);
  const reader = { workspace: world.slack.workspace, viewer, now: new Date() };
  say(`\n${rule}\n${what}\n`);
  say(renderInTerminal(message, { ...reader, columns, colour: process.stdout.isTTY }));
}

function sendersIn(): string {
  return new Intl.ListFormat('en').format(['GitHub', ...systemNames.map(systemTitle)]);
}

/** Pino's level of a warning is 40. */
function complaintsOf({ service }: World): string {
  const worst = service.log.filter(({ level }) => typeof level === 'number' && level >= 40);
  const words = worst.map(({ msg, err }) =>
    [textOf(msg), isObject(err) ? textOf(err['message']) : ''].filter(Boolean).join(': '),
  );
  return [...new Set(words)].slice(-5).join('\n');
}

function complain(words: string): void {
  process.stderr.write(`\nThe demo failed: ${words}\n`);
  process.exitCode = 1;
}

function say(words: string): void {
  process.stdout.write(`${words}\n`);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

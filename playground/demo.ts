import { parseArgs } from 'node:util';
import { isObject, textOf } from './json.ts';
import { ask, askUntilTold, missingFrom, place, question } from './question.ts';
import { personOf } from './slack/workspace.ts';
import { systemNames, systemTitle } from './systems.ts';
import { renderInTerminal } from './terminal.ts';
import { startWorld, type World } from './world.ts';

const { values: flags } = parseArgs({ options: { once: { type: 'boolean' }, port: { type: 'string', default: '0' } } });
const asker = 'ada';

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
  const { slack } = world;
  const sending = performance.now();
  const { sent, refused } = await world.tell();
  say(
    `  ${sent} signed webhooks of ${sendersIn()} sent in ${seconds(performance.now() - sending)} s, ${refused} refused`,
  );
  if (refused > 0)
    return complain(`the service did not accept ${refused} of ${sent} webhooks.\n${complaintsOf(world)}`);

  await askUntilTold(world, 'grace');
  const { message, ackMs, answerMs } = await ask(world, asker);
  const viewer = personOf(slack.workspace, asker);
  const reader = { workspace: slack.workspace, viewer, now: new Date() };
  // A terminal that does not know its width says 0.
  const columns = Math.min(100, process.stdout.columns || 100);
  say(`\n#${place} · ${viewer.realName} types /since ${question}\n`);
  say(renderInTerminal(message, { ...reader, columns, colour: process.stdout.isTTY }));
  say(
    `\nOnly ${viewer.name} sees it. Acknowledged in ${Math.round(ackMs)} ms, answered in ${Math.round(answerMs)} ms.`,
  );
  const missing = missingFrom(world, message, asker);
  if (missing.length > 0) complain(`the answer does not tell of ${missing.join(', ')}.\n${complaintsOf(world)}`);
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

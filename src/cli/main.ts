import { enableCompileCache } from 'node:module';
import { once } from 'node:events';
import { join } from 'node:path';
import { commands } from './commands.ts';
import type { Command, Result } from './command.ts';

// Before the command is loaded: TypeScript stripped once is kept, so that the next call does not wait for it.
enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'sincewhen'));

const [name, ...args] = process.argv.slice(2);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads us (`| head`) has seen enough.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await main();

async function main(): Promise<number> {
  if (name === undefined) {
    console.error(overview());
    return 2;
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    console.log(overview());
    return 0;
  }
  const load = commands.get(name);
  if (load === undefined) return say({ outcome: 'usage', reason: `there is no command ${name}` });
  const command = await load.load();
  // What follows `--` is text, and may be the text of a question.
  const options = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (options.includes('--help') || options.includes('-h')) {
    console.log(help(command));
    return 0;
  }
  try {
    return say(await command.run(args, { print: (text) => console.log(text), drained }));
  } catch (error) {
    return say({ outcome: 'refused', reason: messageOf(error) });
  }
}

async function drained(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}

function say(result: Result): number {
  if (result.outcome === 'done') return 0;
  if (result.outcome === 'exited') {
    if (result.note !== null) console.error(`sincewhen: ${oneLine(result.note)}`);
    process.exit(result.code);
  }
  const hint =
    result.outcome === 'usage' ? ` (try: sincewhen ${commands.has(name ?? '') ? `${name} ` : ''}--help)` : '';
  console.error(`sincewhen: ${oneLine(result.reason)}${hint}`);
  return result.outcome === 'usage' ? 2 : 1;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

function overview(): string {
  const lines = [...commands].map(([each, { summary }]) => `  ${each.padEnd(10)}${summary}`);
  return ['Usage: sincewhen <command> …', '', ...lines, '', 'sincewhen <command> --help tells more.'].join('\n');
}

function help(command: Command): string {
  const usage = command.usage.map((form, index) => `${index === 0 ? 'Usage: ' : '       '}sincewhen ${form}`);
  const options = command.options.length === 0 ? [] : ['', ...command.options.map((line) => `  ${line}`)];
  return [...usage, '', command.summary, ...options].join('\n');
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A failed connection to several addresses has a message for each and none for all.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error.message;
}

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Collector, CollectorInput, NamedFile } from '../collectors/collector.ts';
import { collectors } from '../collectors/registry.ts';
import { digestWith } from '../collectors/secret-facts.ts';
import { type SenderEnvironment, senderEnvironment } from '../config/sender-environment.ts';
import { type Snapshot, mostFacts } from '../domain/facts/fact.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { done, readArguments } from './command.ts';
import type { Command, Result, Terminal } from './command.ts';
import { type Sent, senderOf } from './record-send.ts';
import { snapshotBody, snapshotOf, withoutDigest } from './snapshot-body.ts';

export const snapshot: Command = {
  usage: ['snapshot <environment> --collector <name> [<file> …] [--service …] [--set name=value] …'],
  summary:
    'Looks at what an environment really has and tells it. Secrets leave this machine as digests only, made with HMAC_KEY.\n' +
    'docs/collectors.md has a command to paste for each collector.',
  options: [
    ...[...collectors].map(([name, { summary }], index) => {
      return `${(index === 0 ? '--collector' : '').padEnd(13)}${name.padEnd(16)}${summary}`;
    }),
    '<file>         what the collector reads; - is standard input',
    '--service      whose facts these are; without it, as the collector can tell',
    '--set          name=value, what the collector wants to know, any number of times',
    '--partial      not everything was looked at: what is absent is not gone',
    '--taken-at     when the files were written; otherwise now',
    '--print        prints the snapshot and sends nothing',
    '--server       address of Sincewhen; otherwise SINCEWHEN_URL, otherwise the database of the settings',
    '--token-file   file with a token of scope ingest; otherwise SINCEWHEN_TOKEN. Never on the command line, where others see it',
    '--json         for programs: the answer of POST /api/snapshots',
  ],
  async run(args, terminal) {
    const read = readArguments(args, options);
    if (read.outcome === 'usage') return read;
    const environment = senderEnvironment();
    const asked = await readAsked(read.values, read.positionals, environment);
    if ('outcome' in asked) return asked;
    const collected = await asked.collector.collect(asked.input);
    if (collected.outcome === 'failed') return { outcome: 'refused', reason: collected.reason };
    const made = snapshotOf(collected, asked.collector, asked);
    if (made.facts.length > mostFacts) {
      const reason = `these are ${made.facts.length} facts, and a snapshot has at most ${mostFacts}: name fewer files, or split them by service, with --partial`;
      return { outcome: 'refused', reason };
    }
    if (read.values.print) {
      terminal.print(JSON.stringify(snapshotBody(made), null, 2));
      return done;
    }
    const body = snapshotBody(made);
    if (Buffer.byteLength(JSON.stringify(body)) > mostBytes) {
      const reason = 'this snapshot is larger than 48 MB: name fewer files, or split them by service, with --partial';
      return { outcome: 'refused', reason };
    }
    const sender = await senderOf({ server: read.values.server, tokenFile: read.values['token-file'] }, environment);
    const sent = sender.remote
      ? await sender.send('snapshots', body, asked.input.signal)
      : await (await import('./snapshot-database.ts')).snapshotIntoDatabase(made);
    return say(sent, made, read.values.json === true, terminal);
  },
};

/** What the door takes. */
const mostBytes = 48 << 20;

const text = { type: 'string' } as const;
const options = {
  collector: text,
  service: text,
  set: { type: 'string', multiple: true },
  partial: { type: 'boolean' },
  'taken-at': text,
  print: { type: 'boolean' },
  server: text,
  'token-file': text,
  json: { type: 'boolean' },
} as const;

type Values = Extract<ReturnType<typeof readArguments<typeof options>>, { outcome: 'read' }>['values'];

interface Asked {
  readonly environment: string;
  readonly collector: Collector;
  readonly takenAt: Date;
  readonly partial: boolean;
  readonly input: CollectorInput;
}

async function readAsked(
  values: Values,
  [environment, ...files]: readonly string[],
  { directory, hmacKey }: SenderEnvironment,
): Promise<Asked | Result> {
  const known = [...collectors.keys()].join(', ');
  if (environment === undefined) return { outcome: 'usage', reason: 'which environment? snapshot production …' };
  if (values.collector === undefined) return { outcome: 'usage', reason: `which --collector? ${known}` };
  const listed = collectors.get(values.collector);
  if (listed === undefined) {
    return { outcome: 'usage', reason: `there is no collector ${values.collector}: ${known}` };
  }
  const set = values.set ?? [];
  if (set.some((pair) => pair.indexOf('=') < 1)) return { outcome: 'usage', reason: '--set is name=value' };
  const now = new Date();
  const told = values['taken-at'];
  const takenAt = told === undefined ? now : parseTimestamp(told);
  if (takenAt === null) {
    return { outcome: 'usage', reason: '--taken-at is a time with its zone, such as 2026-11-20T14:05Z' };
  }
  return {
    environment,
    collector: await listed.load(),
    takenAt,
    partial: values.partial === true,
    input: {
      files: files.map((name) => fileOf(name, directory)),
      options: new Map(set.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
      service: values.service ?? null,
      digest: digestWith(hmacKey ?? null),
      now,
      signal: new AbortController().signal,
    },
  };
}

function fileOf(name: string, directory: string | undefined): NamedFile {
  return { name, read: () => (name === '-' ? buffer(process.stdin) : readFile(resolve(directory ?? '', name))) };
}

function say(sent: Sent, made: Snapshot, json: boolean, terminal: Terminal): Result {
  if (sent.outcome === 'not-sent') return { outcome: 'refused', reason: `this was not stored: ${sent.reason}` };
  if (json) {
    terminal.print(JSON.stringify(sent.answer));
    return done;
  }
  const { changed, drift, notes } = sent.answer;
  terminal.print(`Stored: ${made.facts.length} facts, ${String(changed)} changed, ${String(drift)} drifted.`);
  for (const note of Array.isArray(notes) ? notes : []) terminal.print(String(note));
  if (!made.complete) terminal.print(`Not everything was looked at. ${made.notSeen.join('; ')}`.trim());
  const hidden = withoutDigest(made.facts);
  if (hidden > 0) terminal.print(`${hidden} secrets cannot be compared: set HMAC_KEY, the same for all environments.`);
  return done;
}

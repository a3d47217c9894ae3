import { readFile, writeFile } from 'node:fs/promises';
import { awaited } from './awaited.ts';
import { lackOfRelease } from './hotfix.ts';
import { parseObject, type JsonObject } from './json.ts';
import { parity } from './parity.ts';
import { personOf, type Message } from './slack/workspace.ts';
import { renderInTerminal } from './terminal.ts';
import { digestIn, type World } from './world.ts';

const channel = 'prod-changes';
const askedIn = 'incidents';
const minute = 60_000;
/** The service knows that long after its start at the latest that the settings name the channel. */
const known = 5000;

type Said = readonly (readonly [what: string, said: RegExp])[];

/** What a team lead reads. */
const head: Said = [
  ['the score and its change since last week', /^Parity \d+ % \([+−±]\d+\) of \d+ % covered/],
  ['what is unexplained', /3 unexplained/],
  ['the three worst things', /\n1\. [^]*\n2\. [^]*\n3\. /],
  ['what is new', /new since last week: PAYMENT_TIMEOUT/],
  ['the backport that is home, and by whom', /is home: [^]*\([Gg]race/],
  ['what was mended', /work_mem is as it was again/],
  ['the chart of the score', /Parity, %: \S+ \d+ to \S+ \d+ [▁▂▃▄▅▆▇█]{12} /],
];
const thread: Said = [
  ['the versions of every service', /checkout[^\n]*\n[^]*search|search[^\n]*\n[^]*checkout/],
  ['what is on its way', /web[^\n]*on its way/],
  ['what is to be looked at', /3 differences to look at[^]*PAYMENT_TIMEOUT/],
  ['what is meant', /3 differences are meant/],
];

export interface ToldDigest {
  readonly head: Message;
  readonly thread: readonly Message[];
}

const messagesBelow = 3;

/** The week's end: what the channel is told of it, after somebody has looked at it and moved it to now. */
export async function digestOfWeek(world: World, name: string): Promise<ToldDigest> {
  return postedDigest(world, name, await moveDigest(world, name));
}

/**
 * Somebody looks at the digest beforehand, and moves it to the whole minute that was last, or comes next, since the
 * service has known of it: what the settings made due before is not told.
 */
async function moveDigest(world: World, name: string): Promise<ToldDigest> {
  await lackOfRelease(world);
  const preview = await previewOf(world, name);
  const first = Math.ceil((world.startedAt.getTime() + known) / minute) * minute;
  const due = new Date(Math.max(first, Math.floor(Date.now() / minute) * minute));
  const { timezone } = digestIn(0, '');
  const time = due.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: timezone });
  await edit(world, { digest: digestIn(0, time, due), edited: { by: name, why: 'the team meets now' } });
  return preview;
}

async function previewOf(world: World, name: string): Promise<ToldDigest> {
  const head = await parity(world, name, 'digest now');
  const { id } = personOf(world.slack.workspace, name);
  const before = world.slack.messages(askedIn, name).length;
  await world.slack.click({ message: head }, { user: name, action: 'digest_thread' });
  const thread = await awaited(world.slack, 'The thread of the preview', () => {
    const shown = world.slack
      .messages(askedIn, name)
      .slice(before)
      .filter(({ onlyFor }) => onlyFor === id);
    return shown.length < messagesBelow ? null : shown;
  });
  return { head, thread };
}

/** Waits for what the service posts, and throws when it lacks something or is other than its preview. */
async function postedDigest(world: World, name: string, preview: ToldDigest): Promise<ToldDigest> {
  const told = () => world.slack.messages(channel, name).filter(({ onlyFor }) => onlyFor === null);
  const posted = await awaited(world.slack, 'The digest in #prod-changes', () => {
    const message = told().find(({ text, threadTs }) => threadTs === null && text.startsWith('Parity '));
    const below = told().filter(({ threadTs }) => message !== undefined && threadTs === message.ts);
    return message === undefined || below.length < messagesBelow ? null : { head: message, thread: below };
  });
  const said = asRead(world, posted.head, name);
  const below = posted.thread.map((message) => asRead(world, message, name)).join('\n');
  const missing = [...lacking(head, said), ...lacking(thread, below)];
  if (missing.length > 0) throw new Error(`The digest does not tell ${missing.join(', ')}:\n${said}\n${below}`);
  const [before, after] = [preview, posted].map((digest) => [digest.head, ...digest.thread].map(({ text }) => text));
  // The preview goes on with when it will be told.
  const differs = after?.some((text, index) => !(before?.[index] ?? '').startsWith(text)) ?? true;
  if (differs) throw new Error(`The digest is other than its preview:\n${before?.join('\n')}\n${after?.join('\n')}`);
  return posted;
}

function lacking(wanted: Said, text: string): readonly string[] {
  return wanted.filter(([, said]) => !said.test(text)).map(([what]) => what);
}

function asRead({ slack }: World, message: Message, name: string): string {
  const viewer = personOf(slack.workspace, name);
  const reader = { workspace: slack.workspace, viewer, now: new Date() };
  return renderInTerminal(message, { ...reader, columns: 10_000, colour: false });
}

/** As a person edits them, with who and why. */
async function edit({ settingsFile }: World, set: JsonObject): Promise<void> {
  const settings = parseObject(await readFile(settingsFile, 'utf8')) ?? {};
  await writeFile(settingsFile, JSON.stringify({ ...settings, ...set }));
}

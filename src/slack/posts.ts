import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { Kysely, Selectable, Updateable } from 'kysely';
import type { Logger } from 'pino';
import { inTurn } from '../database/in-turn.ts';
import type { Schema, SlackPosts } from '../database/schema.ts';
import { findPost, postEvent } from './find-post.ts';
import { section } from './messages/blocks.ts';
import { type PostFailure, failureOf } from './post-failure.ts';
import { type SlackMessage, posted } from './send.ts';
import { pause, pauseOf, turnOf } from './turns.ts';

export interface PostDependencies {
  readonly db: Kysely<Schema>;
  /** Throws on 429 and tries nothing again by itself: a second try may be a second message. */
  readonly client: WebClient;
  readonly log: Logger;
  readonly now: () => Date;
}

export interface Post {
  /** What makes it one message, for ever. */
  readonly key: string;
  /** Its id. */
  readonly channel: string;
  readonly threadTs?: string | null;
  /** In a thread: the channel sees it, too. */
  readonly broadcast?: boolean;
  readonly message: SlackMessage;
  readonly pin?: boolean;
  /** Whoever calls has something better than plain text where Slack does not take the blocks: then it is `unfit`. */
  readonly strict?: boolean;
  /** Nobody waits for it: what Slack makes it wait for holds up no message that somebody waits for. */
  readonly background?: boolean;
}

export type Kept =
  /** `again`: when to come back for what is left to do (its pin). `wrote`: Slack was told something. */
  | { readonly outcome: 'shown'; readonly ts: string; readonly wrote: boolean; readonly again: Date | null }
  | { readonly outcome: 'later'; readonly at: Date }
  /** Slack does not want it. `closed`: nor anything else there. `unfit`: not these blocks, of a strict one. */
  | { readonly outcome: 'refused'; readonly why: string; readonly closed: boolean; readonly unfit?: true };

type Row = Selectable<SlackPosts>;

/** How long Slack may take to show a message of which it did not tell us. */
const settling = 3000;
/** Slack is left alone so long after it did not answer. */
const outage = 5000;
/** Something has to be mended first. */
const mending = 60_000;
/** A channel that took nothing is asked again after this: the bot may have been invited meanwhile. */
const closedFor = 3_600_000;
const deleted = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'bad_timestamp']);

/**
 * The one way to a message that stays: posted once, then edited whenever it would read differently. Whatever happens
 * between Slack and us (a crash, a restart, a second process, an answer that is lost, a limit, an outage), there is one
 * message in the end. Comes back `later` where Slack wants to be left alone; call it again then.
 *
 * What was begun is written down before Slack is called and struck out when its outcome is known. Where it is not, the
 * message is looked for by its key before it is posted again.
 */
export function keepPosted(dependencies: PostDependencies, post: Post): Promise<Kept> {
  const { db } = dependencies;
  return inTurn(db, `slack post ${post.key}`, async () => {
    const row = (await readRow(db, post.key)) ?? (await addRow(db, post));
    const standing = refusalOf(row, dependencies.now());
    if (standing !== null) return standing;
    const shown =
      row.ts === null ? await putThere(dependencies, post, row) : await edit(dependencies, post, row, row.ts);
    if (shown.outcome !== 'shown' || post.pin !== true || row.pinned_at !== null) return shown;
    return pin(dependencies, post, shown, shown.wrote ? null : row.turn_at);
  });
}

/** Whether Slack shows this very message, as far as we know. */
export function shows({ ts, shown }: Pick<Row, 'ts' | 'shown'>, message: SlackMessage): boolean {
  return ts !== null && shown?.equals(digestOf(message)) === true;
}

/** What stood in the way is gone: what a channel refused is tried again at once. */
export async function channelTakesMessages(db: Kysely<Schema>, channel: string): Promise<void> {
  await db
    .updateTable('slack_posts')
    .set({ refused: null, refused_at: null })
    .where('channel_id', '=', channel)
    .where('refused', 'is not', null)
    .where('refused', 'not in', [...deleted])
    .execute();
}

async function putThere(dependencies: PostDependencies, post: Post, row: Row): Promise<Kept> {
  const { db, client, now } = dependencies;
  if (row.attempted_at !== null) {
    const settled = new Date(row.attempted_at.getTime() + settling);
    if (now() < settled) return { outcome: 'later', at: settled };
    const ts = await lookFor(dependencies, post, row.attempted_at);
    if (typeof ts === 'object' && ts !== null) return ts;
    if (ts !== null) {
      await save(db, post.key, { ts, attempted_at: null, shown: null });
      return edit(dependencies, post, { ...row, shown: null }, ts);
    }
  }
  const at = await turnOf(db, 'chat.postMessage', waiting(post, row), now());
  if (at !== null) return { outcome: 'later', at };
  await save(db, post.key, { attempted_at: now() });
  return write(dependencies, post, {
    method: 'chat.postMessage',
    send: async (message) => {
      const { ts } = await client.chat.postMessage({
        channel: post.channel,
        ...posted(message),
        ...threadOf(post),
        metadata: metadataOf(post),
      });
      if (ts === undefined) throw new Error('Slack told no id of a message that it took.');
      return ts;
    },
  });
}

async function edit(dependencies: PostDependencies, post: Post, row: Row, ts: string): Promise<Kept> {
  const { db, client, now } = dependencies;
  if (row.shown?.equals(digestOf(post.message)) === true) return { outcome: 'shown', ts, wrote: false, again: null };
  const at = await turnOf(db, 'chat.update', waiting(post, row), now());
  if (at !== null) return { outcome: 'later', at };
  return write(dependencies, post, {
    method: 'chat.update',
    send: async (message) => {
      await client.chat.update({ channel: post.channel, ts, ...posted(message), metadata: metadataOf(post) });
      return ts;
    },
  });
}

interface Write {
  readonly method: 'chat.postMessage' | 'chat.update';
  /** Gives Slack's id of the message. */
  readonly send: (message: SlackMessage) => Promise<string>;
}

async function write(dependencies: PostDependencies, post: Post, { method, send }: Write): Promise<Kept> {
  const { db, log, now } = dependencies;
  try {
    const ts = await sendOrPlain(send, post, log);
    const shown = { ts, shown: digestOf(post.message), edited_at: now() };
    await save(db, post.key, { ...shown, attempted_at: null, turn_at: null, refused: null, refused_at: null });
    return { outcome: 'shown', ts, wrote: true, again: null };
  } catch (error) {
    return afterFailure(dependencies, post, method, error);
  }
}

/** A message whose blocks Slack does not take says the same as plain text: better than nothing. */
async function sendOrPlain(send: Write['send'], post: Post, log: Logger): Promise<string> {
  try {
    return await send(post.message);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.means !== 'unfit' || post.strict === true) throw error;
    log.error({ err: error, key: post.key }, 'Slack does not take the blocks of a message: it gets its text only');
    const { text } = post.message;
    return send({ text, blocks: [section(text.slice(0, 2900))] });
  }
}

async function afterFailure(dependencies: PostDependencies, post: Post, method: string, error: unknown): Promise<Kept> {
  const { db, log, now } = dependencies;
  const { key, strict = false } = post;
  const failure = failureOf(error);
  if (failure.means === 'unsure') {
    log.warn({ err: error, key }, 'Slack did not say whether it took a message');
    return restUntil(db, pauseOf('slack', post), after(now(), outage));
  }
  await save(db, key, { attempted_at: null });
  if (strict && failure.means === 'unfit') return { outcome: 'refused', why: failure.why, closed: false, unfit: true };
  return afterRefusal(dependencies, post, method, failure);
}

async function afterRefusal(
  { db, log, now }: PostDependencies,
  post: Post,
  method: string,
  failure: Exclude<PostFailure, { means: 'unsure' }>,
): Promise<Kept> {
  if (failure.means === 'wait') return restUntil(db, pauseOf(method, post), after(now(), failure.pause));
  const { key } = post;
  const { why } = failure;
  if (failure.means === 'forbidden' || failure.means === 'unfit') {
    log.warn({ key, why }, 'Slack refuses a message for now');
    return { outcome: 'later', at: after(now(), mending) };
  }
  log.info({ key, why }, 'Slack takes a message no more');
  await save(db, key, { refused: why.slice(0, 200), refused_at: now() });
  return { outcome: 'refused', why, closed: failure.means === 'closed' };
}

/** Its id, null when Slack does not have it, or when to look again. */
async function lookFor(
  { db, client, log, now }: PostDependencies,
  post: Post,
  since: Date,
): Promise<string | null | Extract<Kept, { outcome: 'later' }>> {
  const { key, channel, threadTs = null } = post;
  try {
    const found = await findPost(client, { key, channel, threadTs, since });
    if (found.outcome === 'hidden') {
      log.warn({ key, why: found.why }, 'a message may be shown twice: the channel cannot be looked through');
    }
    return found.outcome === 'found' ? found.ts : null;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.means === 'wait') return { outcome: 'later', at: after(now(), failure.pause) };
    log.warn({ err: error, key }, 'Slack did not say what it shows');
    return restUntil(db, pauseOf('slack', post), after(now(), outage));
  }
}

async function pin(
  { db, client, log, now }: PostDependencies,
  post: Post,
  shown: Extract<Kept, { outcome: 'shown' }>,
  turnAt: Date | null,
): Promise<Kept> {
  const at = await turnOf(db, 'pins.add', waiting(post, { turn_at: turnAt, ts: shown.ts }), now());
  if (at !== null) return { ...shown, again: at };
  try {
    await client.pins.add({ channel: post.channel, timestamp: shown.ts });
  } catch (error) {
    const failure = failureOf(error);
    // Nothing is lost when it is pinned twice.
    if (failure.means === 'wait' || failure.means === 'unsure') {
      const again = after(now(), failure.means === 'wait' ? failure.pause : outage);
      await pause(db, 'pins.add', again);
      return { ...shown, again };
    }
    if (failure.why !== 'already_pinned') log.info({ key: post.key, why: failure.why }, 'a message cannot be pinned');
  }
  await save(db, post.key, { pinned_at: now() });
  return { ...shown, wrote: true };
}

function refusalOf({ refused: why, refused_at: since }: Row, now: Date): Kept | null {
  if (why === null || since === null) return null;
  if (deleted.has(why)) return { outcome: 'refused', why, closed: false };
  return now.getTime() - since.getTime() < closedFor ? { outcome: 'refused', why, closed: true } : null;
}

async function restUntil(db: Kysely<Schema>, name: string, at: Date): Promise<Extract<Kept, { outcome: 'later' }>> {
  await pause(db, name, at);
  return { outcome: 'later', at };
}

function waiting(
  { key, channel, threadTs = null, background = false }: Post,
  { turn_at: turnAt, ts }: Pick<Row, 'turn_at' | 'ts'>,
) {
  return { key, channel, turnAt, isNew: ts === null && threadTs === null, background };
}

function threadOf({ threadTs = null, broadcast = false }: Post) {
  if (threadTs === null) return {};
  return broadcast ? ({ thread_ts: threadTs, reply_broadcast: true } as const) : { thread_ts: threadTs };
}

function metadataOf({ key }: Post) {
  return { event_type: postEvent, event_payload: { key } };
}

function digestOf({ text, blocks }: SlackMessage): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([text, blocks]))
    .digest();
}

function after(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds);
}

function readRow(db: Kysely<Schema>, key: string): Promise<Row | undefined> {
  return db.selectFrom('slack_posts').selectAll().where('key', '=', key).executeTakeFirst();
}

function addRow(db: Kysely<Schema>, { key, channel, threadTs = null }: Post): Promise<Row> {
  return db
    .insertInto('slack_posts')
    .values({ key, channel_id: channel, thread_ts: threadTs })
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function save(db: Kysely<Schema>, key: string, set: Updateable<SlackPosts>): Promise<void> {
  await db.updateTable('slack_posts').set(set).where('key', '=', key).execute();
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Catalog } from '../domain/catalog.ts';
import type { Kind } from '../domain/change.ts';
import type { Phase, Statement } from '../domain/event.ts';
import { outsideText } from '../domain/outside-text.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { slackMessageUrl } from '../domain/slack-message-url.ts';
import { matchInTime } from './match-in-time.ts';
import { defined } from './reading/defined.ts';
import { WebUrl, actorOf, name, text } from './reading/fields.ts';
import { ignored, reader, told } from './reading/reader.ts';
import type { Parsed, SourceDefinition } from './reading/source.ts';
import { wordsOf } from './slack-words.ts';

/** What the settings say of the messages of one bot in one channel. */
export interface MessageRule {
  /** `#deploys` or an id. */
  readonly channel: string;
  /** A name, or the id of a bot or an app. Absent: any bot. */
  readonly bot?: string | undefined;
  /** A regular expression whose groups say what a message tells of: `(?<service>…)`, `(?<to>…)` … */
  readonly pattern: string;
  readonly kind: Kind;
  readonly environment?: string | undefined;
  readonly service?: string | undefined;
}

interface Rule extends Omit<MessageRule, 'pattern'> {
  readonly pattern: RegExp;
}

const BotProfile = z.object({ id: text(50), app_id: text(50), name: text(100) }).nullish();

const Said = z.looseObject({
  ts: name(50),
  subtype: text(50),
  bot_id: text(50),
  app_id: text(50),
  username: text(100),
  bot_profile: BotProfile,
  edited: z.object({ ts: text(50) }).nullish(),
});
type Said = z.output<typeof Said>;

/** An event of Slack's, with what else was known of it when it came. */
const Heard = z.object({
  event_id: text(100),
  channel: z.object({ id: name(50), name: text(100) }),
  event: z.looseObject({ type: z.literal('message'), subtype: text(50), message: Said.nullish() }),
});

/** What bots say in chosen channels, for systems that can tell us nothing themselves. The Slack app is its door. */
export function slackMessages(rules: readonly MessageRule[]): SourceDefinition {
  const compiled = rules.map((rule) => ({ ...rule, pattern: new RegExp(rule.pattern, 'm') }));
  return {
    name: 'slack',
    title: 'Slack',
    authentication: [],
    headers: [],
    deliveryKey: ({ body }) => {
      const read = Heard.safeParse(body);
      return read.success ? (read.data.event_id ?? null) : null;
    },
    parse: ({ body, receivedAt, catalog }) => readHeard(compiled)(body, { receivedAt, catalog }),
  };
}

const readHeard = (rules: readonly Rule[]) =>
  reader(Heard, ({ channel, event }, { catalog }) => {
    const changed = event.subtype === 'message_changed' ? event.message : undefined;
    const said = changed ?? Said.safeParse(event).data;
    if (said === undefined || said === null) return ignored('a message without a time');
    // What was thrown away, joined or pinned says nothing, though it is an event of the same type.
    if (changed === undefined && event.subtype !== undefined && event.subtype !== 'bot_message') {
      return ignored(`a message of the type ${event.subtype}`);
    }
    if (said.bot_id === undefined && said.subtype !== 'bot_message') return ignored('written by a person');
    const own = rules.filter((rule) => isIn(rule, channel) && isBy(rule, said));
    return readSaid(own, { channel, said, catalog });
  });

interface Occasion {
  readonly channel: { readonly id: string; readonly name: string | undefined };
  readonly said: Said;
  readonly catalog: Catalog;
}

function readSaid(rules: readonly Rule[], occasion: Occasion): Parsed {
  const words = wordsOf(occasion.said);
  let gaveUp = false;
  for (const rule of rules) {
    for (const each of words) {
      const match = matchInTime(rule.pattern, each);
      gaveUp ||= match === undefined;
      if (match) return changeOf(rule, match, occasion);
    }
  }
  if (gaveUp) return { outcome: 'malformed', error: 'the pattern of a rule takes too long', notWhatItSends: false };
  return ignored('fits no rule of slack_messages');
}

function isIn({ channel }: Rule, { id, name }: Occasion['channel']): boolean {
  return channel === id || (name !== undefined && channel.toLowerCase() === `#${name.toLowerCase()}`);
}

function isBy({ bot }: Rule, { username, bot_id: id, app_id: app, bot_profile: profile }: Said): boolean {
  if (bot === undefined) return true;
  if ([id, app, profile?.id, profile?.app_id].includes(bot)) return true;
  return [username, profile?.name].some((name) => name?.toLowerCase() === bot.toLowerCase());
}

/** An edit that tells the same (a link that was unfolded) says nothing new; another says it of the same change. */
function changeOf(rule: Rule, match: RegExpExecArray, { channel, said, catalog }: Occasion): Parsed {
  const at = parseTimestamp(said.edited?.ts ?? said.ts) ?? parseTimestamp(said.ts);
  if (at === null) return ignored('a message without a time');
  const groups = groupsOf(match);
  const service = groups('service', 200) ?? rule.service;
  const commit = groups('commit', 60)?.toLowerCase() ?? '';
  const full = /^[0-9a-f]{40}$/.test(commit) ? commit : undefined;
  const repository = repositoryOf(service, catalog);
  const message = outsideText(match[0], 300);
  const hash = createHash('sha256')
    .update(JSON.stringify([rule.kind, match[0], match.groups]))
    .digest('hex')
    .slice(0, 16);
  const statement: Statement = {
    key: `slack:${channel.id}:${said.ts}:${hash}`,
    source: 'slack',
    occurredAt: at.toISOString(),
    clock: 'source',
    phase: phaseOf(groups('status', 100), rule.kind),
    // Whoever tells it at first hand knows it better.
    authority: -1,
    traits: ['hearsay'],
    kind: rule.kind,
    details: defined({
      channel: channel.name === undefined ? channel.id : `#${channel.name}`,
      bot: botOf(said),
      message,
    }),
    url: WebUrl.parse(groups('url', 3000)) ?? slackMessageUrl(channel.id, said.ts),
    ...defined({
      title: groups('title', 300) ?? (isDeploy(rule.kind) && service !== undefined ? undefined : message),
      environmentName: groups('environment', 200) ?? rule.environment,
      serviceName: service,
      repository,
      from: groups('from', 200),
      to:
        groups('to', 200) ??
        groups('version', 200) ??
        (/^[0-9a-f]{7,40}$/.test(commit) ? commit.slice(0, 7) : undefined),
      commit: full,
      actor: whoOf(groups('actor', 200)),
      reason: groups('reason', 1000),
    }),
  };
  const known = repository !== undefined && full !== undefined;
  return told({
    statement,
    identities: [{ type: 'slack-message', value: `${channel.id}:${said.ts}` }],
    mentions: known ? [{ type: 'commit', value: `${repository}@${full}` }] : [],
  });
}

function groupsOf({ groups = {} }: RegExpExecArray) {
  return (group: string, limit: number) => outsideText(groups[group], limit);
}

function isDeploy(kind: Kind): boolean {
  return kind === 'deploy' || kind === 'rollback';
}

/** First fits. */
const words: readonly (readonly [RegExp, Phase])[] = [
  [/fail|error|unsuccess|broke|crash|❌|🔴|:x:/i, 'failed'],
  [/cancel|abort|skip|stopped/i, 'cancelled'],
  [/succe|complete|finish|done|deployed|released|rolled|passed|live|^ok$|✅|🟢|check_mark/i, 'succeeded'],
  [/start|begin|began|progress|running|ing\b|pending|queued/i, 'started'],
];

/** Bots tell of most things when they are done. */
function phaseOf(status: string | undefined, kind: Kind): Phase {
  const word = status === undefined ? undefined : words.find(([pattern]) => pattern.test(status))?.[1];
  return word ?? (isDeploy(kind) || kind === 'migration' ? 'succeeded' : 'happened');
}

function whoOf(actor: string | undefined): Statement['actor'] {
  const isEmail = actor !== undefined && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(actor);
  return actorOf(isEmail ? { email: actor } : { name: actor });
}

function botOf({ username, bot_profile: profile, bot_id: id }: Said): string | undefined {
  return username ?? profile?.name ?? id;
}

function repositoryOf(service: string | undefined, { services }: Catalog): string | undefined {
  const asked = service?.toLowerCase();
  const known = services.find((each) => [each.name, ...each.aliases].some((own) => own.toLowerCase() === asked));
  return known?.repository ?? undefined;
}

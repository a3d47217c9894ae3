import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { events } from '../src/slack/heard.ts';
import { commands, shortcuts } from '../src/slack/listeners.ts';

const file = new URL('../manifest.yml', import.meta.url);
const text = readFileSync(file, 'utf8');
const contents: unknown = parse(text);

const Manifest = z.object({
  features: z.object({
    slash_commands: z.array(z.object({ command: z.string(), url: z.url(), should_escape: z.boolean() })),
    shortcuts: z.array(z.object({ callback_id: z.string(), name: z.string(), type: z.literal('message') })),
  }),
  oauth_config: z.object({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({ request_url: z.url(), bot_events: z.array(z.string()) }),
    interactivity: z.object({ is_enabled: z.literal(true), request_url: z.url(), message_menu_options_url: z.url() }),
  }),
});
const manifest = Manifest.parse(contents);

/** docs.slack.dev/reference/scopes and /reference/events: what each listener and call needs. */
const needed: Readonly<Record<string, string>> = {
  'slash commands': 'commands',
  'chat.postMessage, chat.postEphemeral': 'chat:write',
  app_mention: 'app_mentions:read',
  'message.im': 'im:history',
  'users.info': 'users:read',
  'conversations.open': 'im:write',
  'dnd.info': 'dnd:read',
  'channel_created, channel_rename, channel_archive, channel_left, conversations.info': 'channels:read',
  'group_rename, group_archive, group_left, member_joined_channel, conversations.info': 'groups:read',
  'conversations.join': 'channels:join',
  'message.channels, conversations.history, conversations.replies': 'channels:history',
  'message.groups, conversations.history, conversations.replies': 'groups:history',
  'reaction_added, reaction_removed': 'reactions:read',
  'pins.add': 'pins:write',
  'files.getUploadURLExternal, files.completeUploadExternal': 'files:write',
};

it('declares exactly the commands that are registered', () => {
  expect(manifest.features.slash_commands.map((each) => each.command).toSorted()).toEqual(
    Object.keys(commands).toSorted(),
  );
});

it('declares exactly the shortcuts that are registered', () => {
  expect(manifest.features.shortcuts.map((each) => each.callback_id).toSorted()).toEqual(
    Object.keys(shortcuts).toSorted(),
  );
});

it('declares exactly the events that are registered', () => {
  expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(Object.keys(events).toSorted());
});

it('asks for the scopes that these need and no other, each with its reason', () => {
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(Object.values(needed).toSorted());
  const lines = text.split('\n').map((line) => line.trim());
  const unexplained = manifest.oauth_config.scopes.bot.filter(
    (scope) => lines[lines.indexOf(`- ${scope}`) - 1]?.startsWith('# ') !== true,
  );
  expect(unexplained).toEqual([]);
});

it('sends everything to one address', () => {
  const { features, settings } = manifest;
  const urls = [
    ...features.slash_commands.map((each) => each.url),
    settings.event_subscriptions.request_url,
    settings.interactivity.request_url,
    settings.interactivity.message_menu_options_url,
  ];

  expect(new Set(urls)).toEqual(new Set(['https://sincewhen.example.com/slack/events']));
});

it('has people and channels in commands sent as ids', () => {
  expect(manifest.features.slash_commands.every((each) => each.should_escape)).toBe(true);
});

const schema = new URL('../../shared/schemas/slack-manifest.schema.2.0.0.json', import.meta.url);

it('is a manifest by the schema of Slack', ({ skip }) => {
  skip(!existsSync(schema), 'the schema of Slack is not on this machine (slackapi/manifest-schema)');
  const Schema = z.record(z.string(), z.unknown());
  const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(
    Schema.parse(JSON.parse(readFileSync(schema, 'utf8'))),
  );

  expect(validate(contents), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...Schema.parse(contents), features: { slash_commands: [{ command: 'since' }] } })).toBe(false);
});

import { z } from 'zod';
import { channelClosed, channelRenamed, channelReopened, isIncidentChannel } from '../../incidents/channel.ts';
import { channelOf, join, seenChannel } from '../channel-seen.ts';
import type { SlackContext } from '../context.ts';
import { incidentOfChannel } from '../../incidents/incident-rows.ts';
import { takeSeen } from '../incident/take.ts';
import { channelTakesMessages } from '../posts.ts';
import { isPausedIn, pauseChannel, resumeChannel } from '../../subscriptions/pause.ts';

const Created = z.object({ event: z.object({ channel: z.unknown() }) });
const Renamed = z.object({ event: z.object({ type: z.string(), channel: z.unknown() }) });
const Joined = z.object({ event: z.object({ user: z.string(), channel: z.string() }) });
const About = z.object({ event: z.object({ type: z.string(), channel: z.string() }) });

/** Whether its name is that of an incident's channel: told without asking Slack or the database. */
export function isChannelOfIncident(context: SlackContext, body: unknown): boolean {
  const channel = channelOf(Created.safeParse(body).data?.event.channel);
  return channel !== null && isIncidentChannel(context.incidents, channel.name);
}

export async function channelCreated(context: SlackContext, body: unknown): Promise<void> {
  const channel = channelOf(Created.safeParse(body).data?.event.channel);
  if (channel !== null) await takeSeen(context, channel);
}

/** Also one that was no incident's before, and one that is none any more by its name: it goes on as it was. */
export async function channelWasRenamed(context: SlackContext, body: unknown): Promise<void> {
  const parsed = Renamed.safeParse(body).data?.event;
  const channel = channelOf(parsed?.channel, parsed?.type.startsWith('group') ?? false);
  if (channel === null) return;
  const known = await incidentOfChannel(context.db, channel.id);
  if (known === null) {
    await takeSeen(context, channel);
    return;
  }
  const { id, name, createdAt } = channel;
  await channelRenamed(context.incidents, { id, name, private: channel.private, createdAt }, context.now());
}

/** Whether it is us who joined. */
export async function isUs(context: SlackContext, body: unknown): Promise<boolean> {
  const { botUserId } = await context.installation();
  return Joined.safeParse(body).data?.event.user === botUserId;
}

export async function weJoined(context: SlackContext, body: unknown): Promise<void> {
  const parsed = Joined.safeParse(body).data?.event;
  if (parsed === undefined) return;
  const channel = await seenChannel(context, parsed.channel);
  // By the time that we hear of it we may be out again.
  if (channel === null || channel.archived || !channel.member) return;
  const known = await incidentOfChannel(context.db, channel.id);
  if (known === null) await takeSeen(context, channel);
  else await takesMessages(context, channel.id);
  await tellsAgain(context, channel.id);
}

const closings: Readonly<Record<string, string>> = {
  channel_archive: 'archived',
  group_archive: 'archived',
  channel_deleted: 'deleted',
  group_deleted: 'deleted',
  channel_left: 'the bot was removed',
  group_left: 'the bot was removed',
};

/** Archived, deleted, or without us: its incident goes on, and nothing more is written there. */
export async function channelWasClosed(context: SlackContext, body: unknown): Promise<void> {
  const parsed = About.safeParse(body).data?.event;
  const why = closings[parsed?.type ?? ''];
  if (parsed !== undefined && why !== undefined) {
    await channelClosed(context.incidents, parsed.channel, why, context.now());
    await pauseChannel(context.db, parsed.channel, why, context.now());
  }
}

/** Slack puts bots out of what is archived: into a public channel we go back, into a private one we must be invited. */
export async function channelWasUnarchived(context: SlackContext, body: unknown): Promise<void> {
  const parsed = About.safeParse(body).data?.event;
  if (parsed === undefined) return;
  const incident = await incidentOfChannel(context.db, parsed.channel);
  if (incident === null && !(await isPausedIn(context.db, parsed.channel))) return;
  const channel = await seenChannel(context, parsed.channel);
  if (channel === null) return;
  const isBack = channel.member || (!channel.private && (await join(context, channel.id)) !== null);
  if (isBack) await tellsAgain(context, channel.id);
  if (incident === null) return;
  if (isBack) await takesMessages(context, channel.id);
  else await channelClosed(context.incidents, channel.id, 'the bot was removed', context.now());
}

/** What people asked to be told there. */
async function tellsAgain(context: SlackContext, channelId: string): Promise<void> {
  if (!(await isPausedIn(context.db, channelId))) return;
  await channelTakesMessages(context.db, channelId);
  await resumeChannel(context.db, channelId, context.now());
}

async function takesMessages(context: SlackContext, channelId: string): Promise<void> {
  await channelTakesMessages(context.db, channelId);
  await channelReopened(context.incidents, channelId, context.now());
}

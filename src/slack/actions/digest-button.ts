import { addDays } from 'date-fns';
import { showAnew } from '../../digest/rows.ts';
import { mute, mutedIn, unmute, uselessIn } from '../../digest/said.ts';
import { isMuted } from '../../domain/digest/said.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { SlackContext } from '../context.ts';
import { renderDigestSettings, renderMuted, renderUnmuted } from '../messages/digest-settings.ts';
import { renderNotUnderstood } from '../messages/not-understood.ts';
import { renderDigestUselessModal } from '../modals/digest-useless.ts';
import { openModal } from '../open-modal.ts';
import type { ClickRequest } from '../request.ts';
import { type SlackMessage, privately } from '../send.ts';

const aMonth = 28;

/** From the menu of a digest, about the channel that it stands in. */
export async function digestMenuChosen(context: SlackContext, request: ClickRequest): Promise<void> {
  const { click, respond } = request;
  const [, choice = '', week = ''] = /^([a-z-]{1,20}):(\d{4}-W\d\d)$/.exec(click.value) ?? [];
  const told = await obey(context, request, choice, week);
  if (told !== null) await respond(privately(told, click.threadTs));
}

/** Null: a modal is open. */
async function obey(
  context: SlackContext,
  { asker, click: { channelId, triggerId } }: ClickRequest,
  choice: string,
  week: string,
): Promise<SlackMessage | null> {
  const wants = { channel: channelId, week, by: asker.id };
  switch (choice) {
    case 'settings':
      return showDigestSettings(context, channelId);
    case 'mute-month':
      return muteDigest(context, wants, addDays(context.now(), aMonth));
    case 'mute':
      return muteDigest(context, wants, null);
    case 'unmute':
      return unmuteDigest(context, wants);
    case 'useless':
      return openModal(context, triggerId, renderDigestUselessModal(channelId, week));
    default:
      return outdated();
  }
}

interface Wants {
  readonly channel: string;
  /** Null: not said of a certain one. */
  readonly week: string | null;
  /** A Slack member id. */
  readonly by: string;
}

/** `until` null: until somebody says otherwise. */
export async function muteDigest(context: SlackContext, wants: Wants, until: Date | null): Promise<SlackMessage> {
  await mute(context.db, wants, { until, by: wants.by, now: context.now() });
  await follow(context, wants.channel);
  return renderMuted(until);
}

export async function unmuteDigest(context: SlackContext, wants: Wants): Promise<SlackMessage> {
  await unmute(context.db, wants, { by: wants.by, now: context.now() });
  await follow(context, wants.channel);
  return renderUnmuted();
}

export async function showDigestSettings(context: SlackContext, channelId: string): Promise<SlackMessage> {
  const { db, digest } = context;
  const now = context.now();
  const [muted, useless] = await Promise.all([mutedIn(db, channelId), uselessIn(db, channelId)]);
  return renderDigestSettings(digest, { mute: isMuted(muted, now) ? muted : null, useless, now });
}

/** Everybody sees in its last message who muted it. */
async function follow({ db }: SlackContext, channel: string): Promise<void> {
  if (await showAnew(db, channel)) await enqueue(db, 'tend-digests', {}, { jobKey: 'tend-digests' });
}

function outdated(): SlackMessage {
  return renderNotUnderstood({
    read: '',
    problem: 'I can no longer read that button.',
    examples: ['/parity digest now'],
  });
}

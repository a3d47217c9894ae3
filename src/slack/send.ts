import type { RespondArguments } from '@slack/bolt';
import type { Block, KnownBlock } from '@slack/types';

/** A rendered message: `text` alone says all that matters, for notifications and screen readers. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly (KnownBlock | Block)[];
}

/** Links in an answer are for following, not for drawing previews of. */
const plain = { unfurl_links: false, unfurl_media: false } as const;

/** For the asker's eyes only, below what was there before. */
export function privately(message: SlackMessage, threadTs: string | null = null): RespondArguments {
  return { ...content(message), response_type: 'ephemeral', replace_original: false, ...inThread(threadTs) };
}

/** In place of the message whose button was pressed; Slack tells apart whether only the asker sees that one. */
export function inPlace(message: SlackMessage, response_type: 'ephemeral' | 'in_channel'): RespondArguments {
  return { ...content(message), response_type, replace_original: true };
}

/** A new message that everybody in the channel sees. */
export function publicly(message: SlackMessage, threadTs: string | null = null): RespondArguments {
  return { ...content(message), response_type: 'in_channel', replace_original: false, ...inThread(threadTs) };
}

/** For `chat.postMessage` and `chat.postEphemeral`. */
export function posted(message: SlackMessage, threadTs: string | null = null) {
  return { ...content(message), ...inThread(threadTs) };
}

function content({ text, blocks }: SlackMessage) {
  return { text, blocks: [...blocks], ...plain };
}

function inThread(threadTs: string | null) {
  return threadTs === null ? {} : { thread_ts: threadTs };
}

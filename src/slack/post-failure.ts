import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/** What a failed write to Slack means for the message. */
export type PostFailure =
  /** Slack did nothing, and takes nothing for so long, in milliseconds. */
  | { readonly means: 'wait'; readonly pause: number }
  /** Nothing can be written there until somebody alters the channel. */
  | { readonly means: 'closed'; readonly why: string }
  /** The message is not there any more, or is not ours to edit. */
  | { readonly means: 'gone'; readonly why: string }
  /** It takes messages, but not this one. */
  | { readonly means: 'unfit'; readonly why: string }
  /** Slack did nothing, for a reason that an operator has to mend. */
  | { readonly means: 'forbidden'; readonly why: string }
  /** Slack may have done it. */
  | { readonly means: 'unsure' };

/** Errors of chat.postMessage, chat.update and pins.add (docs.slack.dev/reference/methods). */
const closed = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'is_inactive',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
  'channel_type_not_supported',
  'messages_tab_disabled',
  'thread_not_found',
  'invalid_thread_ts',
  'cannot_reply_to_message',
  'user_is_restricted',
]);
const gone = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'bad_timestamp']);
const unfit = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_arguments',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'metadata_too_large',
]);
/** Slack says of these that a part may have been done. */
const unsure = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable']);
const limited = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
const usualPause = 30_000;

export function failureOf(error: unknown): PostFailure {
  if (error instanceof WebAPIRateLimitedError) return { means: 'wait', pause: Math.max(error.retryAfter, 1) * 1000 };
  if (!(error instanceof WebAPIPlatformError)) return { means: 'unsure' };
  const why = error.data.error;
  if (limited.has(why)) return { means: 'wait', pause: usualPause };
  if (unsure.has(why)) return { means: 'unsure' };
  if (closed.has(why)) return { means: 'closed', why };
  if (gone.has(why)) return { means: 'gone', why };
  return { means: unfit.has(why) ? 'unfit' : 'forbidden', why };
}

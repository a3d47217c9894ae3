import type { CodedError } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { z } from 'zod';

const apology =
  'Something went wrong on my side, so I have no answer for you. Please try again in a minute; if it keeps failing, tell whoever runs Sincewhen here.';

const Origin = z.object({
  type: z.string().optional(),
  command: z.string().optional(),
  user: z.object({ id: z.string() }).optional(),
  view: z.object({ type: z.string() }).optional(),
  event: z
    .object({
      type: z.string(),
      channel: z.string().optional(),
      user: z.string().optional(),
      ts: z.string().optional(),
      thread_ts: z.string().optional(),
    })
    .optional(),
});

type Tell = (text: string) => Promise<unknown>;

/** Where every failure of a listener ends: one line for the operator, one sentence for the person who waits. */
export function createErrorHandler({ client, log }: { readonly client: WebClient; readonly log: Logger }) {
  return async ({ error, body }: { readonly error: CodedError; readonly body: unknown }): Promise<void> => {
    const cause = error.original ?? error;
    const origin = Origin.safeParse(body).data ?? {};
    log.error(
      { err: cause, request: origin.command ?? origin.event?.type ?? origin.type ?? null },
      'a request from Slack failed',
    );
    const tell = wayTo(origin, responseUrlOf(body), client);
    if (tell === null) return;
    try {
      await tell(apology);
    } catch (failure) {
      log.warn({ err: failure }, 'Slack did not take the apology');
    }
  };
}

function wayTo(
  { event, user: presser, view }: z.infer<typeof Origin>,
  responseUrl: string | null,
  client: WebClient,
): Tell | null {
  if (responseUrl !== null) {
    return (text) => postTo(responseUrl, { text, response_type: 'ephemeral', replace_original: false });
  }
  if (view?.type === 'home' && presser !== undefined) return (text) => publishText(client, presser.id, text);
  const { channel, user, type } = event ?? {};
  if (channel === undefined || user === undefined) return null;
  switch (type ?? '') {
    case 'message':
      return (text) => client.chat.postMessage({ channel, text, ...inThread(event?.thread_ts) });
    case 'app_mention':
      return (text) => client.chat.postEphemeral({ channel, user, text, ...inThread(event?.thread_ts) });
    case 'app_home_opened':
      return (text) => publishText(client, user, text);
    default:
      return null;
  }
}

function publishText(client: WebClient, user: string, text: string) {
  return client.views.publish({ user_id: user, view: { type: 'home', blocks: [plainSection(text)] } });
}

function inThread(ts: string | undefined) {
  return ts === undefined ? {} : { thread_ts: ts };
}

function plainSection(text: string) {
  return { type: 'section', text: { type: 'plain_text', text } } as const;
}

function responseUrlOf(body: unknown): string | null {
  const parsed = z.object({ response_url: z.string() }).safeParse(body);
  return parsed.success ? parsed.data.response_url : null;
}

async function postTo(url: string, message: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`Slack answered ${response.status} on a response address.`);
}

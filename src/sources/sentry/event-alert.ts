import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import type { Signal } from '../../domain/signal.ts';
import { defined } from '../reading/defined.ts';
import { Time, WebUrl, text } from '../reading/fields.ts';
import { type Reader, reader } from '../reading/reader.ts';
import { labelsOf, severityOf, signalled } from '../reading/signal-fields.ts';

const AnyId = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((id) => outsideText(id ?? undefined, 50));

/** Pairs or, from some SDKs, an object. */
const Tags = z
  .unknown()
  .optional()
  .transform((tags): Readonly<Record<string, string>> => {
    const pairs = Array.isArray(tags)
      ? tags.slice(0, 200).filter((pair) => Array.isArray(pair) && pair.length === 2)
      : [];
    return labelsOf(Array.isArray(tags) ? Object.fromEntries(pairs as [string, unknown][]) : tags, 200) ?? {};
  });

const Event = z.object({
  event_id: AnyId,
  issue_id: AnyId,
  issue_url: text(1000),
  url: text(1000),
  web_url: WebUrl,
  title: text(300),
  message: text(300),
  culprit: text(200),
  level: text(50),
  environment: text(200),
  release: z.unknown().optional(),
  tags: Tags,
  datetime: Time.nullish().catch(undefined),
  timestamp: Time.nullish().catch(undefined),
});
type Event = z.output<typeof Event>;

/** The tags of an event that say what it is about; the others (browser, user) are about who met it. */
const telling = ['environment', 'release', 'level', 'server_name', 'transaction', 'handled', 'runtime'];

/** An issue of which an alert rule says that it is one to look at. */
function eventSignal(
  event: Event,
  more: { issue: string; project: string | undefined; receivedAt: Date; rule?: string | undefined },
): Signal {
  const told = event.datetime ?? event.timestamp ?? undefined;
  // It is the clock of whatever met the error, a browser perhaps.
  const at = told !== undefined && told <= more.receivedAt ? told : undefined;
  const { tags } = event;
  return {
    key: `sentry:issue:${more.issue}:event:${event.event_id ?? told?.toISOString() ?? ''}`,
    source: 'sentry',
    subject: `issue:${more.issue}`,
    state: 'open',
    occurredAt: (at ?? more.receivedAt).toISOString(),
    clock: at === undefined ? 'received' : 'source',
    ...defined({
      title: event.title ?? event.message,
      severity: severityOf(event.level ?? tags['level']),
      environmentName: event.environment ?? tags['environment'],
      serviceName: more.project,
      url: event.web_url,
      labels: labelsOf({
        ...Object.fromEntries(telling.map((tag) => [tag, tags[tag]])),
        ...defined({ culprit: event.culprit, release: outsideText(event.release, 200), rule: more.rule }),
      }),
    }),
  };
}

/** https://docs.sentry.io/integrations/integration-platform/webhooks/issue-alerts/ */
export const readEventAlert = reader(
  z.object({ data: z.object({ event: Event, triggered_rule: text(200) }) }),
  ({ data: { event, triggered_rule: rule } }, { receivedAt }) => {
    const issue = event.issue_id ?? issueIn(event.issue_url) ?? issueIn(event.web_url);
    if (issue === undefined) {
      return { outcome: 'malformed', error: 'data.event: it is of no issue', notWhatItSends: false };
    }
    const project = outsideText(/\/projects\/[^/]+\/([^/]+)\/events\//.exec(event.url ?? '')?.[1], 200);
    return signalled([eventSignal(event, { issue, project, receivedAt, rule })]);
  },
);

function issueIn(url: string | undefined): string | undefined {
  return /\/issues\/(\d{1,30})\b/.exec(url ?? '')?.[1];
}

const PluginEvent = z.object({
  id: AnyId,
  project: text(200),
  project_slug: text(200),
  url: WebUrl,
  culprit: text(200),
  message: text(300),
  level: text(50),
  triggering_rules: z.array(z.unknown()).nullish().catch(undefined),
  event: Event,
});

/** What the WebHooks plugin of older versions posts. */
export const readPluginEvent: Reader = reader(PluginEvent, (body, { receivedAt }) => {
  const { event } = body;
  const issue = body.id ?? event.issue_id ?? issueIn(body.url);
  if (issue === undefined) {
    return { outcome: 'malformed', error: 'id: it is of no issue', notWhatItSends: false };
  }
  const filled = { ...event, ...defined({ web_url: body.url, message: body.message ?? event.message }) };
  const project = body.project_slug ?? body.project;
  const rule = outsideText(body.triggering_rules?.[0], 200);
  const level = event.level ?? body.level;
  return signalled([
    eventSignal({ ...filled, level, culprit: event.culprit ?? body.culprit }, { issue, project, receivedAt, rule }),
  ]);
});

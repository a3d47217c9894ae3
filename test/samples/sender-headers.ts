import { isObject } from '../../src/sources/reading/json.ts';

type Body = Readonly<Record<string, unknown>>;
type Headers = Readonly<Record<string, string>>;

/**
 * The headers that a sender sets beside its body and by which it is read, for bodies that were published without them.
 * The senders' documentation names them; each follows from the body.
 */
export function senderHeaders(source: string, body: unknown): Headers {
  const own = isObject(body) ? headersOf[source]?.(body) : undefined;
  return { 'content-type': 'application/json', ...own, ...(source === 'helm' ? ofOurDocs : {}) };
}

/** What docs/sources/helm.md asks whoever posts to set. */
const ofOurDocs = { 'x-helm-release': 'checkout', 'x-helm-environment': 'production' };

const headersOf: Readonly<Record<string, (body: Body) => Headers>> = {
  gitlab: (body) => ({ 'x-gitlab-event': gitlabEvent(body) }),
  sentry: (body) => ofText('sentry-hook-resource', sentryResource(body)),
  pulumi: (body) => ofText('pulumi-webhook-kind', pulumiKind(body)),
  buildkite: ({ event }) => ofText('x-buildkite-event', event),
  circleci: ({ type }) => ofText('circleci-event-type', type),
  cloudevents: cloudEventHeaders,
};

/** https://docs.gitlab.com/user/project/integrations/webhook_events/ */
const gitlabHooks: Readonly<Record<string, string>> = {
  push: 'Push Hook',
  tag_push: 'Tag Push Hook',
  issue: 'Issue Hook',
  note: 'Note Hook',
  merge_request: 'Merge Request Hook',
  wiki_page: 'Wiki Page Hook',
  pipeline: 'Pipeline Hook',
  build: 'Job Hook',
  deployment: 'Deployment Hook',
  feature_flag: 'Feature Flag Hook',
  release: 'Release Hook',
  emoji: 'Emoji Hook',
};

function gitlabEvent({ object_kind: kind }: Body): string {
  return (typeof kind === 'string' ? gitlabHooks[kind] : undefined) ?? 'System Hook';
}

/** https://docs.sentry.io/organization/integrations/integration-platform/webhooks/ */
function sentryResource({ action, data }: Body): string | undefined {
  if (!isObject(data)) return undefined;
  if ('metric_alert' in data) return 'metric_alert';
  if ('issue' in data) return 'issue';
  if ('event' in data && action === 'triggered') return 'event_alert';
  return ['error', 'comment', 'installation'].find((each) => each in data);
}

/** https://www.pulumi.com/docs/deployments/concepts/webhooks/ */
function pulumiKind(body: Body): string | undefined {
  if ('deploymentUrl' in body) return 'deployment';
  if ('updateUrl' in body) return 'stack_update';
  return 'action' in body ? 'stack' : undefined;
}

/** CDEvents come in binary mode: https://github.com/cdevents/spec/blob/v0.4.1/cloudevents-binding.md */
function cloudEventHeaders({ context, subject, specversion }: Body): Headers {
  if (specversion !== undefined) return { 'content-type': 'application/cloudevents+json' };
  if (!isObject(context)) return {};
  return {
    'ce-specversion': '1.0',
    ...ofText('ce-id', context['id']),
    ...ofText('ce-source', context['source']),
    ...ofText('ce-type', context['type']),
    ...ofText('ce-time', context['timestamp']),
    ...ofText('ce-subject', isObject(subject) ? subject['id'] : undefined),
  };
}

function ofText(name: string, value: unknown): Headers {
  return typeof value === 'string' ? { [name]: value } : {};
}

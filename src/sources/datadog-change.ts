import type { Kind, Status } from '../domain/change.ts';
import { outsideText } from '../domain/outside-text.ts';
import type { Translate } from './change-shapes.ts';
import { isObject } from './reading/json.ts';
import { lookUp } from './reading/look-up.ts';
import { kindOfWords, repositoryNamed, toldFields } from './reading/told-fields.ts';

type Body = Readonly<Record<string, unknown>>;

/** Events of both versions of Datadog’s API, and the deployments of its DORA metrics. */
export const datadogChange: Translate = (body) => {
  const { data } = body;
  if (isObject(data) && isObject(data['attributes'])) {
    const { attributes } = data;
    if (typeof attributes['service'] === 'string') return deployment(attributes);
    return isObject(attributes['attributes']) || 'category' in attributes ? changeEvent(attributes) : undefined;
  }
  return 'title' in body &&
    ['text', 'date_happened', 'alert_type', 'tags', 'source_type_name'].some((name) => name in body)
    ? event(body)
    : undefined;
};

const kinds: Readonly<Record<string, Kind>> = { feature_flag: 'flag', configuration: 'config' };

/** https://docs.datadoghq.com/api/latest/events/post-an-event (v2), category `change`. Alerts are no changes. */
function changeEvent({ title, message, tags, timestamp, category, attributes }: Body): Body | string {
  if (category !== undefined && category !== 'change')
    return `an event of the category ${outsideText(category, 50)} is no change`;
  const given = isObject(attributes) ? attributes : {};
  const { author, change_metadata: metadata, prev_value: before, new_value: after } = given;
  const resource = isObject(given['changed_resource']) ? given['changed_resource'] : {};
  const impacted = (Array.isArray(given['impacted_resources']) ? given['impacted_resources'] : [])
    .filter(isObject)
    .filter(({ type }) => type === 'service')
    .map(({ name }) => outsideText(name, 200))
    .filter((name) => name !== undefined);
  const { runUrl, ...told } = toldFields({ ...tagged(tags), ...(isObject(metadata) ? metadata : {}) });
  const name = outsideText(resource['name'], 200);
  const type = outsideText(resource['type'], 50);
  const line = outsideText(title, 500) ?? `${name ?? 'something'} changed`;
  return {
    ...told,
    kind: told.kind ?? lookUp(kinds, type) ?? kindOfWords(line),
    title: line,
    service: impacted.length === 1 ? impacted[0] : told.service,
    actor: isObject(author) ? { name: author['name'] } : told.actor,
    occurred_at: timestamp,
    url: runUrl,
    reason: told.reason ?? outsideText(message, 2000),
    before: isObject(before) ? before : undefined,
    after: isObject(after) ? after : undefined,
    details: {
      ...(isObject(metadata) ? metadata : {}),
      ...(name === undefined ? {} : { resource: name }),
      ...(impacted.length > 1 ? { services: impacted } : {}),
    },
  };
}

const alertTypes: Readonly<Record<string, Status>> = { success: 'succeeded', error: 'failed' };

/** https://docs.datadoghq.com/api/latest/events/post-an-event (v1). */
function event({
  title,
  text,
  tags,
  date_happened: at,
  alert_type: alert,
  source_type_name: source,
  host,
}: Body): Body {
  const { runUrl, ...told } = toldFields(tagged(tags));
  const line = outsideText(title, 500) ?? '';
  const kind = told.kind ?? kindOfWords(`${line} ${outsideText(source, 100) ?? ''}`);
  return {
    ...told,
    kind,
    title: line,
    status: told.status ?? (kind === 'note' ? undefined : lookUp(alertTypes, outsideText(alert, 20))),
    occurred_at: at,
    url: runUrl,
    // Markdown stands between these.
    reason: told.reason ?? outsideText(typeof text === 'string' ? text.replaceAll('%%%', ' ') : text, 2000),
    details: { tags: Array.isArray(tags) ? tags.slice(0, 50) : undefined, host: outsideText(host, 200) },
  };
}

/** https://docs.datadoghq.com/api/latest/dora-metrics/send-a-deployment-event; times are in nanoseconds. */
function deployment(attributes: Body): Body {
  const { service, env, version, started_at: from, finished_at: to, git, id, custom_tags: tags } = attributes;
  const { commit_sha: sha, repository_url: repository } = isObject(git) ? git : {};
  const commit = outsideText(sha, 100)?.toLowerCase();
  const label = outsideText(version, 200) ?? commit?.slice(0, 7);
  const name = outsideText(service, 200) ?? '';
  return {
    ...toldFields(tagged(tags)),
    kind: 'deploy',
    title: `Deploy ${name}${label === undefined ? '' : ` ${label}`}`,
    service: name,
    environment: outsideText(env, 200),
    to: label,
    commit: commit !== undefined && /^[0-9a-f]{40}$/.test(commit) ? commit : undefined,
    repository: repositoryNamed(outsideText(repository, 500)),
    occurred_at: from,
    finished_at: to,
    key: outsideText(id, 200),
  };
}

/** `env:prod`, `service:checkout`, `version:1.42.0`. */
function tagged(tags: unknown): Body {
  const given = (Array.isArray(tags) ? tags : []).filter((tag) => typeof tag === 'string').slice(0, 100);
  return Object.fromEntries(
    given.flatMap((tag) => {
      const at = tag.indexOf(':');
      return at > 0 ? [[tag.slice(0, at), tag.slice(at + 1)] as const] : [];
    }),
  );
}

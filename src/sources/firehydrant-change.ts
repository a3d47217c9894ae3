import { outsideText } from '../domain/outside-text.ts';
import type { Translate } from './change-shapes.ts';
import { isObject } from './reading/json.ts';
import { kindOfWords, toldFields, webUrl } from './reading/told-fields.ts';

/** https://docs.firehydrant.com/reference/create_change_event. Labels and identities say what its sender knows. */
export const fireHydrantChange: Translate = (body) => {
  const { summary, description, starts_at: from, ends_at: to, labels, external_id: id } = body;
  if (typeof summary !== 'string' || 'payload' in body) return undefined;
  const title = outsideText(summary, 500) ?? '';
  const identities = objectsIn(body['change_identities'])
    .map(({ type, value }) => ({ type: outsideText(type, 50) ?? '', value: outsideText(value, 300) ?? '' }))
    .filter(({ type, value }) => type !== '' && value !== '')
    .slice(0, 100);
  const named = Object.fromEntries(identities.map(({ type, value }) => [type, value]));
  const { runUrl, ...told } = toldFields({ ...named, ...(isObject(labels) ? labels : {}) });
  const [environments, services] = [namesIn(body['environments']), namesIn(body['services'])];
  const [author] = objectsIn(body['authors']);
  const [link] = objectsIn(body['attachments']).map((each) =>
    webUrl(outsideText(each['href_url'] ?? each['href'], 3000)),
  );
  const several = {
    ...(environments.length > 1 ? { environments } : {}),
    ...(services.length > 1 ? { services } : {}),
  };
  return {
    ...told,
    kind: told.kind ?? kindOfWords(title),
    title,
    environment: environments.length === 1 ? environments[0] : told.environment,
    service: services.length === 1 ? services[0] : told.service,
    occurred_at: from ?? to,
    // What has no duration ends when it begins.
    finished_at: from === to ? undefined : to,
    actor: author === undefined ? told.actor : { name: author['name'], email: author['email'] },
    url: link ?? runUrl,
    reason: told.reason ?? outsideText(description, 2000),
    key: outsideText(id, 200),
    identities,
    details: { ...(isObject(labels) ? labels : {}), ...several },
  };
};

function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return (Array.isArray(value) ? value : []).filter(isObject);
}

/** Slugs or ids; some send objects that have one. */
function namesIn(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [])
    .map((each) => outsideText(isObject(each) ? (each['slug'] ?? each['name'] ?? each['id']) : each, 200))
    .filter((name) => name !== undefined);
}

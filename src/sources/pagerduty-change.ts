import { createHash } from 'node:crypto';
import { outsideText } from '../domain/outside-text.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import type { Translate } from './change-shapes.ts';
import { isObject } from './reading/json.ts';
import { kindOfWords, toldFields, webUrl } from './reading/told-fields.ts';

/** https://developer.pagerduty.com/docs/send-change-event. Integrations say in `custom_details` what they know. */
export const pagerDutyChange: Translate = (body) => {
  const { payload } = body;
  if (!isObject(payload)) return undefined;
  const { custom_details: given, timestamp } = payload;
  const told = toldFields(given);
  const { runUrl, ...fields } = told;
  const title = outsideText(payload['summary'], 500);
  const links = (Array.isArray(body['links']) ? body['links'] : []).filter(isObject).slice(0, 10);
  const hrefs = links.map((link) => webUrl(outsideText(link['href'], 3000))).filter((href) => href !== undefined);
  const run = runUrl?.split(/[?#]/)[0];
  const readable = parseTimestamp(timestamp) !== null;
  return {
    ...fields,
    kind: fields.kind ?? kindOfWords(title ?? ''),
    title: title ?? '',
    url: runUrl ?? hrefs[0],
    ...(readable ? { occurred_at: timestamp } : {}),
    // PagerDuty takes any time, so ours is that of the receipt; sent again, it is the same event all the same.
    ...(!readable && typeof timestamp === 'string' ? { key: `pagerduty-${hashOf(payload)}` } : {}),
    identities: run === undefined || run.length > 300 ? [] : [{ type: 'run', value: run }],
    details: {
      ...(isObject(given) ? given : {}),
      source: outsideText(payload['source'], 200),
      ...(hrefs.length > 1 ? { links: hrefs } : {}),
    },
  };
};

function hashOf(payload: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(payload)).digest('hex').slice(0, 32);
}

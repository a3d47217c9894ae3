import { type Severity, type Signal, severities } from '../../domain/signal.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { isObject } from './json.ts';
import type { Parsed } from './source.ts';

/** Said about incidents and about no change. */
export function signalled(signals: readonly Signal[]): Parsed {
  return { outcome: 'events', events: [], signals };
}

const words: ReadonlyMap<string, Severity> = new Map([
  ...severities.map((severity) => [severity, severity] as const),
  ...(['fatal', 'emergency', 'emerg', 'disaster', 'page', 'crit', 'blocker', 'highest', 'severe'] as const).map(
    (word) => [word, 'critical'] as const,
  ),
  ...(['high', 'major', 'err', 'alert', 'urgent'] as const).map((word) => [word, 'error'] as const),
  ...(['warn', 'medium', 'moderate', 'minor', 'average', 'ticket'] as const).map((word) => [word, 'warning'] as const),
  ...(['low', 'lowest', 'information', 'informational', 'notice', 'debug', 'none', 'trivial', 'ok'] as const).map(
    (word) => [word, 'info'] as const,
  ),
]);

/**
 * What a source's word for it (`critical`, `SEV-2`, `P3`, `Minor`) comes to; 0 and 1 are the worst of a count. Undefined
 * for a word of somebody's own, which then says nothing rather than something wrong.
 */
export function severityOf(word: unknown): Severity | undefined {
  const told = (outsideText(word, 100) ?? '').toLowerCase();
  const count = /^(?:p|s|sev|severity|prio|priority)?[ _-]?([0-9])(?:$|[^0-9a-z.])/.exec(told)?.[1];
  if (count !== undefined) return severities[Math.min(Math.max(Number(count) - 1, 0), 3)];
  return words.get(told) ?? words.get(/^\p{L}+/u.exec(told)?.[0] ?? '');
}

const mostLabels = 40;

/** Texts and numbers of an object, cut to size; the first `most` by name. Undefined where there are none. */
export function labelsOf(value: unknown, most = mostLabels): Readonly<Record<string, string>> | undefined {
  if (!isObject(value)) return undefined;
  const labels = Object.entries(value)
    .flatMap(([name, held]) => {
      const [key, text] = [outsideText(name, 100), outsideText(held, 300)];
      return key === undefined || key === '__proto__' || text === undefined ? [] : [[key, text] as const];
    })
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, most);
  return labels.length === 0 ? undefined : Object.fromEntries(labels);
}

/** The Slack channel that a link leads to. */
export function channelOfUrl(url: string | undefined): string | undefined {
  return /^https:\/\/(?:[\w-]+\.)*slack\.com\/(?:archives\/|client\/[A-Z0-9]+\/|app_redirect\?(?:[^#]*&)?channel=)([CG][A-Z0-9]{2,20})\b/.exec(
    url ?? '',
  )?.[1];
}

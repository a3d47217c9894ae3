import type { Answer, Filters } from './answer.ts';
import { agoWords, changeName, countOf, kindNoun, serviceName, tookEffect } from './change-words.ts';
import type { Change } from './change.ts';
import { coverageWords, nothingConnected, quietest } from './coverage-words.ts';
import { shorten } from './shorten.ts';
import { formatDuration } from './since/format.ts';

export interface Headline {
  /** The answer in one sentence, without its full stop. */
  readonly answer: string;
  /** What qualifies it, as whole sentences. Empty when nothing does. */
  readonly detail: string;
}

const hour = 3_600_000;

/** The first line of an answer as plain text, for surfaces that show it as one. */
export function headline(answer: Answer, now: Date): string {
  const { answer: first, detail } = headlineParts(answer, now);
  return detail === '' ? `${first}.` : `${first}. ${detail}`;
}

/**
 * `continued`: a later page, whose newest change is not the last one. Of the three kinds of nothing, "nothing changed"
 * is said only when every source could be looked at.
 */
export function headlineParts(answer: Answer, now: Date, { continued = false } = {}): Headline {
  return answer.total === 0 && answer.changes.length === 0 ? nothing(answer, now) : something(answer, now, continued);
}

/** What was asked about: `production`, `search in production`. Null: everything. */
export function placeName({ environment, services }: Filters): string | null {
  const where = environment === null ? '' : shorten(environment, 60);
  const names = services.slice(0, 3).map((service) => shorten(service, 60));
  const more = services.length > 3 ? [`${services.length - 3} more`] : [];
  const what = listed([...names, ...more].filter((name) => name !== ''));
  if (what === '') return where === '' ? null : where;
  return where === '' ? what : `${what} in ${where}`;
}

function something(answer: Answer, now: Date, continued: boolean): Headline {
  const { filters } = answer;
  const total = Math.max(answer.total, answer.changes.length);
  const floor = answer.totalIsFloor ? 'At least ' : '';
  const place = placeName(filters);
  const to = place === null ? '' : ` to ${place}`;
  const first = `${floor}${total.toLocaleString('en')} ${noun(filters, total)}${to}${narrowing(filters)} ${understood(answer)}`;
  const counted = filters.services.length > 0 ? '' : servicesWords(answer, total);
  const newest = answer.changes[0];
  if (continued || newest === undefined) return { answer: `${first}${counted}`, detail: '' };
  const { occurredAt, clock } = newest;
  const underWay = newest.status === 'started' && newest.kind !== 'drift';
  // Drift that lasts is a change of every moment until it is gone.
  const lasts = newest.kind === 'drift' && newest.status === 'started' && occurredAt < answer.window.from;
  const when = underWay
    ? `under way, begun ${agoWords(occurredAt, now)}`
    : lasts
      ? `found ${agoWords(occurredAt, now)} and still there`
      : agoWords(tookEffect(newest), now);
  const received = clock === 'received' ? ' (time as received)' : '';
  const last = total === 1 ? 'The only one: ' : 'The last: ';
  return { answer: `${first}${counted}`, detail: `${last}${newestName(newest)}, ${when}${received}.` };
}

/** Going back is said: its version alone would look like a deploy. */
function newestName(change: Change): string {
  const service = serviceName(change);
  const to = shorten(change.to ?? '', 40);
  const isBack = change.kind === 'rollback' && service !== null && to !== '';
  return isBack ? `rollback of ${service} to ${to}` : changeName(change);
}

function nothing(answer: Answer, now: Date): Headline {
  const { filters, elsewhere } = answer;
  const missing = coverageWords(answer.coverage, { window: answer.window, now }).filter(({ gap }) => gap !== null);
  const gaps = missing.flatMap(({ gap }) => gap ?? []);
  const place = placeName(filters);
  const around = filters.environment === null ? '' : ` in ${shorten(filters.environment, 60)}`;
  const others = elsewhere === 0 ? '' : `${countOf(elsewhere, 'change')} elsewhere${around}.`;
  if (nothingConnected(answer.coverage)) {
    const why = answer.coverage.length === 0 ? 'No source is connected yet.' : 'No source has sent anything yet.';
    return { answer: `I can't tell what changed ${understood(answer)}`, detail: why };
  }
  if (gaps.length > 0) {
    const what = place === null ? '' : ` ${filters.services.length > 0 ? `to ${place}` : `in ${place}`}`;
    const more = gaps.length > 2 ? ` ${countOf(gaps.length - 2, 'more source')} may have missed something too.` : '';
    const none = missing.some(({ stopped }) => stopped) ? ' I have seen none.' : '';
    const seen = others === '' ? none : ` ${others}`;
    return {
      // A source that never sent anything is no reason to doubt the others, nor to say that nothing changed.
      answer: missing.some(({ stopped }) => stopped)
        ? `I can't tell what changed${what} ${understood(answer)}`
        : `I have seen no ${noun(filters, 2)}${place === null ? '' : ` to ${place}`}${narrowing(filters)} ${understood(answer)}`,
      detail: `${gaps.slice(0, 2).join(' ')}${more}${seen}`,
    };
  }
  if (isNarrow(filters)) {
    const to = place === null ? '' : ` to ${place}`;
    return {
      answer: `No ${noun(filters, 2)}${to}${narrowing(filters)} ${understood(answer)}`,
      detail: others === '' ? sourcesFresh(answer, now) : others,
    };
  }
  const where = place === null ? '' : ` in ${place}`;
  return { answer: `Nothing changed${where} ${understood(answer)}`, detail: sourcesFresh(answer, now) };
}

function sourcesFresh({ coverage }: Answer, now: Date): string {
  const last = quietest(coverage, now);
  if (last === null) return '';
  const within = formatDuration(Math.max(60_000, Math.ceil(last.age / 60_000) * 60_000));
  if (coverage.length === 1) return `The only source, ${last.title}, reported within the last ${within}.`;
  if (last.age <= hour) return `Every connected source reported within the last ${within}.`;
  return `Every connected source reports as usual; the quietest is ${last.title}, ${formatDuration(last.age)} ago.`;
}

function understood({ window }: Answer): string {
  return shorten(window.understood, 200);
}

function isNarrow({ services, kinds, actor, text }: Filters): boolean {
  return services.length > 0 || kinds.length > 0 || actor !== null || text !== null;
}

function noun({ kinds }: Filters, count: number): string {
  const [kind] = kinds;
  if (kind === undefined) return count === 1 ? 'change' : 'changes';
  return kinds.length === 1 ? kindNoun(kind, count) : `changes (${kinds.map((each) => kindNoun(each, 2)).join(', ')})`;
}

function narrowing({ actor, text }: Filters): string {
  const by = actor === null ? '' : ` by ${shorten(actor, 60)}`;
  return text === null ? by : `${by} with "${shorten(text, 60)}" in the title`;
}

/** Changes that name no service are in none, so that the others' is not where all are. */
function servicesWords({ byService, totalIsFloor }: Answer, total: number): string {
  const named = byService.flatMap(({ service, total: count }) => (service === null ? [] : { service, count }));
  const [only, ...others] = named;
  if (only === undefined || total === 1) return '';
  if (others.length > 0) return ` in ${named.length.toLocaleString('en')} services`;
  return only.count < total || totalIsFloor ? '' : `, all in ${shorten(only.service, 60)}`;
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Answer, Filters, Window } from '../domain/answer.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Question, Vocabulary, When } from '../domain/question.ts';
import { defaultWindow } from '../domain/question-defaults.ts';
import { formatDuration, formatWindow } from '../domain/since/format.ts';
import { type Fault, faultOf } from '../domain/fault.ts';
import type { ReleaseRules } from '../domain/release-rules.ts';
import { type Viewer, visibleCatalog } from '../domain/viewer.ts';
import { catalogWith } from './aliases.ts';
import { type Place, anchor } from './anchors.ts';
import { type KnownSource, coverage } from './coverage.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { findAlerts } from './find-alerts.ts';
import { findSuspects } from './find-suspects.ts';
import { learntNames } from './learnt-names.ts';
import { withHistoryRisks } from './history-risks.ts';
import { withRisks } from './with-risks.ts';
import { findCandidates } from './suspect-candidates.ts';
import type { NamesOf } from './suspect-background.ts';
import {
  type SearchFilters,
  type Span,
  countChanges,
  countHidden,
  countWaiting,
  findChanges,
  findUnplaced,
} from './search.ts';

export interface AskOptions {
  /** IANA name of the asker's time zone. */
  readonly timezone: string;
  readonly now: Date;
  /** Changes per page, 1 to 500. */
  readonly limit: number;
  /** `Answer.next` of the page before; null for the first page. */
  readonly cursor: string | null;
  /** The Slack channel in which it is asked. */
  readonly channel?: string;
  readonly viewer: Viewer;
  /** What changes are suspected of. Absent: what the alerts of the window tell of. */
  readonly fault?: Fault | null;
}

/** `not-found`: the question names something that the timeline does not hold, such as a version never deployed. */
export type Asked =
  | { readonly outcome: 'answer'; readonly answer: Answer }
  | { readonly outcome: 'not-found'; readonly problem: string; readonly examples: readonly string[] };

/** The one way in which Slack, HTTP, the CLI and the playground ask. */
export type Ask = (question: Question, options: AskOptions) => Promise<Asked>;

export interface AskDependencies {
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  readonly sources: readonly KnownSource[];
  /** Where anchors such as `last deploy` are looked for when the question names no environment. */
  readonly defaultEnvironment: string;
  /** All names, lower-case, of the people called these, by what they are called; nothing of whom nobody said. */
  readonly namesOf: NamesOf;
  /** Of the settings: what makes a change likelier to hurt. */
  readonly releases: ReleaseRules;
}

/** Changes that name no environment are counted up to here. */
const mostUnplaced = 200;
const mostSuspects = 5;

export function createAsk(dependencies: AskDependencies): Ask {
  return async (question, options) => {
    const [placed, all] = await Promise.all([
      windowOf(dependencies, question, options),
      catalogWith(dependencies.db, dependencies.catalog),
    ]);
    if (placed.outcome === 'not-found') return placed;
    const catalog = visibleCatalog(all, options.viewer);
    return { outcome: 'answer', answer: await answer({ ...dependencies, catalog }, question, options, placed) };
  };
}

interface Placed {
  readonly outcome: 'placed';
  readonly window: Window;
  readonly span: Span;
}

async function answer(
  dependencies: AskDependencies,
  question: Question,
  options: AskOptions,
  { window, span }: Placed,
): Promise<Answer> {
  const { db, catalog, sources, namesOf, releases } = dependencies;
  const filters: Filters = {
    environment: question.environment,
    services: question.services,
    kinds: question.kinds,
    actor: question.actor,
    text: question.text,
  };
  const actor = filters.actor?.toLowerCase() ?? null;
  const names = actor === null ? [] : ((await namesOf([actor])).get(actor) ?? []);
  const { hidden } = options.viewer;
  const search: SearchFilters = { ...filters, hidden, ...(names.length === 0 ? {} : { actorNames: names }) };
  const narrowed =
    filters.services.length > 0 || filters.kinds.length > 0 || filters.actor !== null || filters.text !== null;
  const before = options.cursor === null ? null : decodeCursor(options.cursor);
  const [found, counted, around, waiting, unplaced, seen, restricted, [alerts, suspects]] = await Promise.all([
    findChanges(db, { span, filters: search, limit: options.limit + 1, before }, catalog),
    countChanges(db, span, search),
    narrowed ? countChanges(db, span, { ...noFilters, hidden, environment: filters.environment }) : null,
    countWaiting(db, span, search),
    filters.environment === null ? [] : findUnplaced(db, span, search, mostUnplaced, catalog),
    coverage(db, sources, options.now),
    countHidden(db, span, search),
    suspectsIn(dependencies, { window, span, search }, options),
  ]);
  const page = found.slice(0, options.limit);
  const last = page.at(-1);
  const plain = page.map((each) => each.change);
  // Of the likeliest most is asked: they say what the list says of them, also those that stand on another page.
  const listed = new Set(plain.map(({ id }) => id));
  const elsewhere = suspects.map(({ change }) => change).filter(({ id }) => !listed.has(id));
  const [changes, others] = await Promise.all([
    withRisks({ db, catalog, releases }, plain, options.viewer.hidden),
    withHistoryRisks({ db, catalog, releases }, elsewhere),
  ]);
  const risks = new Map([...changes, ...others].map((each) => [each.id, each.risks]));
  return {
    window,
    filters,
    changes,
    total: counted.total,
    totalIsFloor: counted.totalIsFloor,
    byService: counted.byService,
    suspects: suspects.map((each) => ({
      ...each,
      change: { ...each.change, risks: risks.get(each.change.id) ?? each.change.risks },
    })),
    coverage: seen,
    alerts,
    elsewhere: around === null ? 0 : Math.max(0, around.total - counted.total),
    waiting,
    unplaced: unplaced.length,
    restricted,
    next: found.length > options.limit && last !== undefined ? encodeCursor({ at: last.at, id: last.change.id }) : null,
    askedAt: options.now,
  };
}

/** The alerts of a window, and who may have caused the fault that they, or the question, are about. */
async function suspectsIn(
  dependencies: AskDependencies,
  { window, span, search }: { readonly window: Window; readonly span: Span; readonly search: SearchFilters },
  { now, fault: known }: AskOptions,
): Promise<readonly [Answer['alerts'], Answer['suspects']]> {
  const { db, catalog } = dependencies;
  const alerts = await findAlerts(db, span, search, catalog);
  const fault = known ?? faultOf(window, search, alerts, now);
  const { changes, only } = await findCandidates(db, { span, search, services: fault.services }, catalog);
  const { suspects } = await findSuspects(dependencies, changes, {
    fault,
    now,
    most: only === null ? mostSuspects : changes.length,
  });
  const shown = only === null ? suspects : suspects.filter(({ change }) => only.has(change.id));
  return [alerts, shown.slice(0, mostSuspects)];
}

const noFilters: Filters = { environment: null, services: [], kinds: [], actor: null, text: null };

/** The time that a question is about; what it names is looked up in the timeline. */
export async function windowOf(
  dependencies: Pick<AskDependencies, 'db' | 'defaultEnvironment'>,
  question: Question,
  options: Pick<AskOptions, 'now' | 'timezone' | 'channel' | 'viewer'>,
): Promise<Placed | Extract<Asked, { outcome: 'not-found' }>> {
  const { now, timezone } = options;
  const asker = { channel: options.channel ?? null, hidden: options.viewer.hidden };
  const since = await bounds(dependencies, question, question.since, asker);
  if (since.outcome === 'not-found') return since;
  const until = await bounds(dependencies, question, question.until, asker);
  if (until.outcome === 'not-found') return until;
  const to = until.from ?? since.to ?? now;
  const from = since.from ?? new Date(to.getTime() - defaultWindow);
  if (to <= from) {
    return {
      outcome: 'not-found',
      problem: 'The end of that window is before its beginning.',
      examples: ['2h', '14:00 to 15:00'],
    };
  }
  const open = until.from === null && since.to === null;
  const words = formatWindow({ from, to }, { now, timezone });
  const understood =
    since.words === null ? words : `since ${since.words} (${formatDuration(to.getTime() - from.getTime())})`;
  const notes = [...question.notes, ...since.notes, ...until.notes];
  return { outcome: 'placed', window: { from, to, understood, notes }, span: { from, to, open } };
}

interface Bounds {
  readonly outcome: 'bounds';
  readonly from: Date | null;
  readonly to: Date | null;
  /** The name of what was looked up; null when the clock alone decided. */
  readonly words: string | null;
  readonly notes: readonly string[];
}

async function bounds(
  { db, defaultEnvironment }: Pick<AskDependencies, 'db' | 'defaultEnvironment'>,
  question: Question,
  when: When | null,
  asked: Pick<Place, 'channel' | 'hidden'>,
): Promise<Bounds | Extract<Asked, { outcome: 'not-found' }>> {
  if (when === null) return { outcome: 'bounds', from: null, to: null, words: null, notes: [] };
  if (when.type === 'instant') return { outcome: 'bounds', from: when.at, to: null, words: null, notes: [] };
  if (when.type === 'span') return { outcome: 'bounds', from: when.from, to: when.to, words: null, notes: [] };
  const environment = question.environment ?? defaultEnvironment;
  const anchored = await anchor(db, when, { environment, services: question.services, ...asked });
  if (anchored.outcome === 'not-found') {
    return { ...anchored, examples: ['2h', 'last deploy', `prod~1`, 'yesterday 15:00'] };
  }
  return { outcome: 'bounds', from: anchored.at, to: null, words: anchored.words, notes: anchored.notes };
}

/** What a question may name: settings, aliases and what the timeline has seen. */
export async function vocabularyOf(db: Kysely<Schema>, settings: Catalog): Promise<Vocabulary> {
  const [learnt, catalog] = await Promise.all([learntNames(db), catalogWith(db, settings)]);
  const environments = new Map(learnt.environments.flatMap(waysToWrite));
  for (const [alias, name] of catalog.environments) environments.set(alias, name);
  const services = new Map(learnt.services.flatMap(waysToWrite));
  for (const service of catalog.services) {
    for (const alias of [service.name, ...service.aliases]) services.set(alias.toLowerCase(), service.name);
  }
  return { environments, services };
}

/** A name that we write with hyphens may be asked for as its source writes it. */
function waysToWrite(name: string): readonly (readonly [string, string])[] {
  return [name, name.replaceAll('-', '_')].map((each) => [each, name] as const);
}

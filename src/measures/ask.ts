import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type MeasureReport, reportOf } from '../domain/measures/report.ts';
import type { Question } from '../domain/question.ts';
import { formatDuration } from '../domain/since/format.ts';
import type { Viewer } from '../domain/viewer.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { windowOf } from '../timeline/ask.ts';
import { readSamples } from './read.ts';

export interface MeasureDependencies {
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  /** Where is measured when the question names no environment. */
  readonly defaultEnvironment: string;
  /** Every name of somebody in the settings, lower-case: an owner who is one of them is no team. */
  readonly people: ReadonlySet<string>;
}

export type Measurement =
  | { readonly outcome: 'measured'; readonly report: MeasureReport }
  | { readonly outcome: 'not-found'; readonly problem: string; readonly examples: readonly string[] }
  /** `why`: a sentence. */
  | { readonly outcome: 'refused'; readonly why: string };

const day = 86_400_000;
const longest = 400 * day;

/** Of a question only its times, environment and services count. */
export async function measure(
  dependencies: MeasureDependencies,
  question: Question,
  options: { readonly now: Date; readonly timezone: string; readonly viewer: Viewer },
): Promise<Measurement> {
  const { db, defaultEnvironment, people } = dependencies;
  const [placed, catalog] = await Promise.all([
    windowOf({ db, defaultEnvironment }, question, options),
    catalogWith(db, dependencies.catalog),
  ]);
  if (placed.outcome === 'not-found') return placed;
  const { window } = placed;
  const length = window.to.getTime() - window.from.getTime();
  if (length > longest) {
    return { outcome: 'refused', why: `That is ${formatDuration(length)}: at most 400 days are measured at once.` };
  }
  const environment = question.environment ?? defaultEnvironment;
  const { services } = question;
  const read = await readSamples(db, { period: window, environment, services, hidden: options.viewer.hidden });
  if (read.outcome === 'too-many') {
    return { outcome: 'refused', why: 'There are too many deploys in that time: name a service, or a shorter time.' };
  }
  const scope = { window, environment, services, since: read.since, catalog: catalog.services, people };
  return { outcome: 'measured', report: reportOf(read.samples, scope) };
}

import type { Window } from '../answer.ts';
import type { CatalogService } from '../catalog.ts';
import { type Figures, type Period, type Samples, byService, figuresOf, periodBefore, samplesOf } from './figures.ts';
import { teamsOf } from './teams.ts';

export interface MeasureReport {
  readonly window: Window;
  readonly before: Period;
  readonly environment: string;
  /** Asked for; empty: all. */
  readonly asked: readonly string[];
  readonly all: Figures;
  readonly services: readonly (Figures & { readonly service: string })[];
  /** Services beyond those listed. */
  readonly omitted: number;
  readonly teams: readonly (Figures & { readonly team: string; readonly services: readonly string[] })[];
  /** What is to be known of the numbers, as sentences. */
  readonly notes: readonly string[];
}

export interface ReportScope {
  readonly window: Window;
  readonly environment: string;
  readonly services: readonly string[];
  /** How far back the timeline reaches there. Null: it is empty. */
  readonly since: Date | null;
  readonly catalog: readonly Pick<CatalogService, 'name' | 'owners'>[];
  /** Every name of somebody, lower-case. */
  readonly people: ReadonlySet<string>;
}

const mostServices = 500;

export function reportOf(samples: Samples, scope: ReportScope): MeasureReport {
  const { window, environment, since } = scope;
  const before = periodBefore(window);
  const asked = new Set(scope.services);
  const of = byService(samples);
  const listed = [...of.keys()].filter((name) => asked.size === 0 || asked.has(name));
  const owned = scope.catalog.filter(({ name }) => listed.includes(name));
  return {
    window,
    before,
    environment,
    asked: scope.services,
    all: figuresOf(samples, window, since),
    services: listed.slice(0, mostServices).flatMap((service) => {
      const its = of.get(service);
      return its === undefined ? [] : { service, ...figuresOf(its, window, since) };
    }),
    omitted: Math.max(0, listed.length - mostServices),
    teams: teamsOf(owned, scope.people).map(({ team, services }) => ({
      team,
      services,
      ...figuresOf(samplesOf(samples, new Set(services)), window, since),
    })),
    notes: notesOf(since, before, environment),
  };
}

function notesOf(since: Date | null, before: Period, environment: string): readonly string[] {
  if (since === null) return [`No deploy to ${environment} is known.`];
  if (since <= before.from) return [];
  const day = since.toISOString().slice(0, 10);
  return [
    `The first deploy to ${environment} that is known was on ${day}: there is no whole period before to compare with.`,
  ];
}

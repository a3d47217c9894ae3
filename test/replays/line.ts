import { changeJson } from '../../src/domain/answer-json.ts';
import type { Change } from '../../src/domain/change.ts';
import type { Made } from './made.ts';
import { type Random, chance } from './random.ts';
import type { World } from './world.ts';

/** A labelled incident as docs/replays.md has it. */
export interface LabelledLine {
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly symptom: string;
    readonly environment: string;
    readonly services: readonly string[];
    readonly started_at: string;
  };
  readonly depends_on: Readonly<Record<string, readonly string[]>>;
  readonly background: Readonly<Record<string, NonNullable<Made['background']>>>;
  readonly changes: readonly Readonly<Record<string, unknown>>[];
  readonly causes: readonly string[];
}

interface Told {
  readonly world: World;
  readonly made: readonly Made[];
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly symptom: string;
    readonly services: readonly string[];
    readonly startedAt: number;
  };
}

/** What the API would have said of it: changes newest first, numbered in the order in which they came in. */
export function lineOf(random: Random, { world, made, incident }: Told): LabelledLine {
  const { feeds } = world;
  const numbered = made
    .toSorted((a, b) => a.change.recordedAt.getTime() - b.change.recordedAt.getTime())
    .map((each, index) => ({ ...each, change: { ...each.change, id: String(index + 1) } }));
  const known = numbered.flatMap(({ change, background }) =>
    feeds.staging && (background?.skipped_staging || background?.new_actor) ? [[change.id, background] as const] : [],
  );
  return {
    incident: {
      id: incident.id,
      title: incident.title,
      symptom: incident.symptom,
      environment: 'production',
      services: incident.services,
      started_at: new Date(incident.startedAt).toISOString(),
    },
    depends_on: feeds.dependencies ? declared(random, world) : {},
    background: Object.fromEntries(known),
    changes: numbered
      .toReversed()
      .map(({ change }) =>
        feeds.shape === 'answered' ? withoutGaps(changeJson(change)) : sent(change, feeds.byRepository),
      ),
    // The last made the others matter.
    causes: numbered
      .toReversed()
      .filter(({ cause }) => cause)
      .map(({ change }) => change.id),
  };
}

/** Of seven dependencies one is missing in what people have written down. */
function declared(random: Random, { dependsOn }: World): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    [...dependsOn].map(([service, calls]) => [service, calls.filter(() => chance(random, 0.85))]),
  );
}

/** What `POST /api/changes` has fields for. */
function sent(change: Change, byRepository: boolean): Readonly<Record<string, unknown>> {
  const { id, kind, title, environment, service, status, from, to, commit, actor, reason, before, after, details } =
    change;
  return withoutGaps({
    id,
    kind,
    title,
    environment,
    ...(byRepository && service !== null ? { repository: `acme/${service}` } : { service }),
    occurred_at: change.occurredAt.toISOString(),
    finished_at: change.finishedAt?.toISOString() ?? null,
    status,
    from,
    to,
    ...(change.repository === null ? {} : { commit }),
    actor: actor === null ? null : { login: actor.login },
    reason,
    before,
    after,
    details,
  });
}

/** What is null or empty goes without saying, and takes half of the room. */
function withoutGaps(fields: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => {
      if (value === null || value === undefined) return false;
      return typeof value !== 'object' || Object.keys(value as object).length > 0;
    }),
  );
}

import { createReadStream } from 'node:fs';
import { z } from 'zod';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import type { LabelledIncident } from '../domain/evaluation/labelled-incident.ts';
import { namesOf } from '../domain/names.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { problemsOf } from '../sources/generic-change.ts';
import { readLabelledChange } from './labelled-change.ts';

/** Nobody labels more by hand, and a generated set needs no more to be sure of a figure. */
const mostIncidents = 100_000;
const mostChanges = 20_000;
/** As much as those changes take. In characters. */
const longestLine = 64_000_000;
/** A person looks at the suspects some minutes after the first alert; until then changes may come in. */
const askedAfter = 10 * 60_000;

const name = z.string().min(1).max(200);

/** One line of the file: docs/replays.md. */
const Line = z.strictObject({
  incident: z.strictObject({
    id: name,
    title: z.string().max(500),
    symptom: z.string().max(5000).default(''),
    environment: name.nullable(),
    services: z.array(name).max(100),
    started_at: z.string().transform((value, context) => {
      const parsed = parseTimestamp(value);
      if (parsed !== null) return parsed;
      context.addIssue({ code: 'custom', message: 'is not a time in ISO 8601 with a zone' });
      return z.NEVER;
    }),
  }),
  depends_on: z.record(name, z.array(name).max(1000)).default({}),
  background: z
    .record(
      name,
      z.strictObject({ skipped_staging: z.boolean().default(false), new_actor: z.boolean().default(false) }),
    )
    .default({}),
  changes: z.array(z.unknown()).max(mostChanges),
  causes: z.array(name).max(100),
});
type Line = z.output<typeof Line>;

type Read =
  | { readonly outcome: 'read'; readonly incident: LabelledIncident }
  | { readonly outcome: 'invalid'; readonly problem: string };

/** The labelled incidents of a file, one a line, read one at a time. Throws at the first bad line, and says which. */
export async function* labelledIncidentsIn(path: string, catalog: Catalog): AsyncGenerator<LabelledIncident> {
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    if (line.trim() === '') continue;
    if (number > mostIncidents) throw new Error(`${path} has more than ${mostIncidents} lines`);
    const read = readLabelledIncident(line, catalog);
    if (read.outcome === 'invalid') throw new Error(`${path}, line ${number}: ${read.problem}`);
    yield read.incident;
  }
}

export function readLabelledIncident(line: string, catalog: Catalog): Read {
  const value = parsedJson(line);
  if (value === undefined) return invalid('is not JSON');
  const parsed = Line.safeParse(value);
  if (!parsed.success) return invalid(problemsOf(parsed.error));
  const changes: Change[] = [];
  for (const [index, told] of parsed.data.changes.entries()) {
    const read = readLabelledChange(told, catalog);
    if (read.outcome === 'rejected') return invalid(`changes.${index}: ${read.error}`);
    changes.push(read.change);
  }
  return incidentOf(parsed.data, changes, catalog);
}

function incidentOf(line: Line, changes: readonly Change[], catalog: Catalog): Read {
  const { incident, depends_on: dependsOn, background, causes } = line;
  const ids = new Set(changes.map(({ id }) => id));
  if (ids.size < changes.length) return invalid('two changes have the same id');
  const strange = [...causes, ...Object.keys(background)].find((id) => !ids.has(id));
  if (strange !== undefined) return invalid(`no change has the id ${strange}`);
  const service = (serviceName: string) => namesOf({ serviceName }, catalog).services[0] ?? serviceName;
  return {
    outcome: 'read',
    incident: {
      id: incident.id,
      title: incident.title,
      symptom: incident.symptom,
      environment:
        incident.environment === null ? null : namesOf({ environmentName: incident.environment }, catalog).environment,
      services: incident.services.map(service),
      startedAt: incident.started_at,
      askedAt: new Date(incident.started_at.getTime() + askedAfter),
      dependsOn: new Map(Object.entries(dependsOn).map(([from, to]) => [service(from), to.map(service)])),
      changes,
      background: new Map(
        Object.entries(background).map(([id, { skipped_staging: skippedStaging, new_actor: newActor }]) => [
          id,
          { skippedStaging, newActor },
        ]),
      ),
      causes,
    },
  };
}

function invalid(problem: string): Read {
  return { outcome: 'invalid', problem };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const [first = '', ...more] = (chunk as string).split('\n');
    rest += first;
    for (const next of more) {
      yield rest;
      rest = next;
    }
    if (rest.length > longestLine) throw new Error(`${path} has a line of more than ${longestLine} characters`);
  }
  if (rest !== '') yield rest;
}

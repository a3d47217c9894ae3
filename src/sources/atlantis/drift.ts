import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TimelineEvent } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { Id, name, text } from '../reading/fields.ts';
import { type ReaderContext, ignored, reader, told } from '../reading/reader.ts';
import { resourceCounts, resourceTotal } from '../reading/resource-counts.ts';
import { environmentIn, projectName } from './project.ts';

const Project = z.object({
  project_name: text(200),
  path: text(300),
  workspace: text(200),
  has_drift: z.boolean(),
  to_add: Id.nullish(),
  to_change: Id.nullish(),
  to_destroy: Id.nullish(),
  to_import: Id.nullish(),
  to_forget: Id.nullish(),
});
type Project = z.output<typeof Project>;

const DriftBody = z.object({
  repository: name(150),
  ref: text(250),
  detection_id: name(100),
  projects: z.array(Project).max(5000).nullish(),
});
type DriftBody = z.output<typeof DriftBody>;

export const readDrift = reader(DriftBody, (body, context) => {
  const drifted = (body.projects ?? []).filter((project) => project.has_drift);
  return drifted.length === 0
    ? ignored('a look for drift that found none')
    : told(...drifted.map((project) => driftEvent(body, project, context)));
});

/** Looked for again and again, the drift of a project is one change a day: when it is gone, nobody says so. */
function driftEvent(body: DriftBody, project: Project, { receivedAt, catalog }: ReaderContext): TimelineEvent {
  const repository = body.repository.toLowerCase();
  const place = { project: project.project_name, path: project.path, workspace: project.workspace };
  const what = createHash('sha256')
    .update(JSON.stringify([body.ref, place.project, place.path, place.workspace]))
    .digest('hex')
    .slice(0, 24);
  const at = receivedAt.toISOString();
  const counts = [
    [project.to_add, 'to add'],
    [project.to_change, 'to change'],
    [project.to_destroy, 'to destroy'],
    [project.to_import, 'to import'],
    [project.to_forget, 'to forget'],
  ] as const;
  const words = resourceTotal(counts) === 0 ? '' : `: ${resourceCounts(counts)}`;
  return {
    statement: {
      key: `atlantis:drift:${body.detection_id}:${what}`,
      source: 'atlantis',
      occurredAt: at,
      clock: 'received',
      phase: 'happened',
      kind: 'drift',
      title: `atlantis found drift in ${projectName(place)}${words}`,
      repository,
      details: defined({ ...place, ref: body.ref }),
      ...defined({ environmentName: environmentIn(place, catalog) }),
    },
    identities: [{ type: 'drift', value: `atlantis:${at.slice(0, 10)}:${repository}:${what}` }],
    mentions: [],
  };
}

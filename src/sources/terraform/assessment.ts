import { z } from 'zod';
import type { Phase, Statement, TimelineEvent } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { defined } from '../reading/defined.ts';
import { Id, Time, name, text } from '../reading/fields.ts';
import { placeInName } from '../reading/place-in-name.ts';
import { ignored, reader, told } from '../reading/reader.ts';

const Result = z.object({
  id: name(100),
  succeeded: z.boolean(),
  drifted: z.boolean().nullish(),
  resources_drifted: Id.nullish(),
  resources_undrifted: Id.nullish(),
  checks_passed: Id.nullish(),
  checks_failed: Id.nullish(),
  checks_errored: Id.nullish(),
  created_at: Time,
});
type Result = z.output<typeof Result>;

const AssessmentBody = z.object({
  details: z.object({
    new_assessment_result: Result,
    prior_assessment_result: Result.partial({ created_at: true }).nullish(),
    workspace_id: text(100),
    workspace_name: text(200),
    organization_name: text(200),
  }),
});

/**
 * A drift is one change from the first drifted assessment to the next clean one: each assessment names the one before
 * it, so those of one drift hang together by their ids in whatever order they come, and those of two drifts do not.
 * Read from the result, not from the trigger, since one assessment may be told by several.
 */
export const readAssessment = reader(AssessmentBody, ({ details }, { catalog }) => {
  const { new_assessment_result: now, prior_assessment_result: before } = details;
  if (!now.succeeded) return ignored('an assessment that could not be made');
  const common = {
    source: 'terraform',
    occurredAt: now.created_at.toISOString(),
    clock: 'source',
    ...placeInName(details.workspace_name, catalog),
  } as const;
  const workspace = details.workspace_name ?? details.workspace_id ?? 'a workspace';
  const about = defined({ workspace: details.workspace_name, organization: details.organization_name });
  const events: TimelineEvent[] = [];
  const wasDrifted = before?.drifted === true;
  if (now.drifted === true || (now.drifted === false && wasDrifted)) {
    const drifted = now.drifted;
    events.push({
      statement: {
        ...common,
        ...assessed('drift', now.id, drifted ? 'started' : 'succeeded'),
        kind: 'drift',
        ...(drifted ? { title: driftTitle(workspace, now), details: { ...about, ...driftCounts(now) } } : {}),
        ...(wasDrifted && before.created_at ? { startedAt: before.created_at.toISOString() } : {}),
      },
      identities: chain('assessment', now, wasDrifted ? before : null),
      mentions: [],
    });
  }
  const failing = failingChecks(now);
  if (failing > 0) {
    events.push({
      statement: {
        ...common,
        ...assessed('checks', now.id, 'happened'),
        kind: 'note',
        title: `terraform checks of ${workspace}: ${failing} of ${failing + (now.checks_passed ?? 0)} do not pass`,
        details: about,
      },
      identities: chain('checks', now, before && failingChecks(before) > 0 ? before : null),
      mentions: [],
    });
  }
  return events.length === 0 ? ignored('an assessment without drift or failing checks') : told(...events);
});

function assessed(what: string, id: string, phase: Phase): Pick<Statement, 'key' | 'phase'> {
  return { key: `terraform:${what}:${id}:${phase}`, phase };
}

function chain(type: string, now: Pick<Result, 'id'>, before: Pick<Result, 'id'> | null): readonly Identity[] {
  return [now, ...(before === null ? [] : [before])].map(({ id }) => ({ type, value: `terraform:${id}` }));
}

function failingChecks({
  checks_failed: failed,
  checks_errored: errored,
}: Pick<Result, 'checks_failed' | 'checks_errored'>) {
  return (failed ?? 0) + (errored ?? 0);
}

/** HCP Terraform tells how many resources, not which. */
function driftTitle(workspace: string, { resources_drifted: drifted, resources_undrifted: rest }: Result): string {
  const of = typeof rest === 'number' && typeof drifted === 'number' ? ` of ${drifted + rest}` : '';
  if (typeof drifted !== 'number') return `terraform found drift in ${workspace}`;
  return `terraform found drift in ${workspace}: ${drifted}${of} resources`;
}

function driftCounts({ resources_drifted: drifted, resources_undrifted: undrifted }: Result) {
  return defined({ resources_drifted: drifted ?? undefined, resources_undrifted: undrifted ?? undefined });
}

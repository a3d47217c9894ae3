import { createHash } from 'node:crypto';
import type { Phase, Statement, TimelineEvent } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { firstCodePoints, outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { runMentions } from '../reading/deploy-mentions.ts';
import { actorOf } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { placeInName } from '../reading/place-in-name.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { type PlannedResource, changedAttributes, listed } from './attributes.ts';
import type { PlanContext } from './plan-context.ts';
import { type Tense, summary } from './plan-words.ts';
import { Plan, type ResourceChange, actionOf, changedOutputs } from './plan.ts';

/** Fields by which a plan is told from a state, a schema and a validation, which are `-json` output too. */
const planFields = [
  'resource_changes',
  'resource_drift',
  'output_changes',
  'planned_values',
  'configuration',
  'errored',
];

/**
 * What a plan changes: one infrastructure change, and one drift of what it found changed by others. Pure: `context` is
 * all that is not in the plan.
 */
export function readPlan(plan: unknown, context: PlanContext): Parsed {
  if (!isObject(plan) || typeof plan['format_version'] !== 'string') {
    return { outcome: 'malformed', error: 'no plan as show -json writes it: no format_version', notWhatItSends: true };
  }
  // The major version changes when older readers would misunderstand: it says to reject those that are not known.
  if (!/^[01](?:\.|$)/.test(plan['format_version'])) {
    const version = outsideText(plan['format_version'], 20) ?? '';
    return { outcome: 'malformed', error: `format_version ${version} is not known`, notWhatItSends: false };
  }
  if (!planFields.some((field) => field in plan)) {
    return { outcome: 'malformed', error: 'this is -json output of something else than a plan', notWhatItSends: true };
  }
  return readKnown(plan, context);
}

function readKnown(raw: object, context: PlanContext): Parsed {
  return reader(Plan, (plan) => {
    const resources = planned(plan.resource_changes);
    const outputs = changedOutputs(plan);
    const drifted = planned(plan.resource_drift).filter(isDrift);
    const about = aboutOf(raw, plan, context);
    const failed = plan.errored === true;
    const events: TimelineEvent[] = [];
    if (failed || resources.length > 0 || outputs.length > 0) {
      events.push(changeEvent(about, { resources, outputs, failed }, plan, context));
    }
    if (drifted.length > 0) events.push(driftEvent(about, drifted, plan, context));
    return events.length === 0 ? ignored('a plan without changes') : told(...events);
  })(raw, context);
}

function planned(changes: readonly ResourceChange[] | null | undefined): readonly PlannedResource[] {
  return (changes ?? []).flatMap((resource) => {
    const action = actionOf(resource);
    const address = resource.deposed === undefined ? resource.address : `${resource.address} (deposed)`;
    return action === null ? [] : [{ address, action, resource }];
  });
}

/** A provider may report as drift what is equal. */
function isDrift({ resource: { change } }: PlannedResource): boolean {
  return JSON.stringify(change.before) !== JSON.stringify(change.after);
}

interface About {
  /** Different for every plan. */
  readonly digest: string;
  readonly identities: readonly Identity[];
  readonly name: string;
  readonly where: string;
  readonly place: Pick<Statement, 'environmentName' | 'serviceName'>;
}

function aboutOf(raw: object, plan: Plan, context: PlanContext): About {
  const place = {
    ...placeInName(context.workspace, context.catalog),
    ...defined({ environmentName: context.environment, serviceName: context.service }),
  };
  const where = [context.workspace, context.environment, context.service].map((part) => part ?? '').join('/');
  // Plans without a time of their own are alike when the same is planned elsewhere.
  const said = [Reflect.get(raw, 'resource_changes'), Reflect.get(raw, 'resource_drift'), plan.output_changes];
  const digest = digestOf([said, plan.timestamp ?? where, plan.errored ?? false]);
  const { run } = context;
  const byPlan = { type: 'plan', value: `terraform-plan:${digest}` };
  const byRun = run === undefined ? [] : [{ type: 'run', value: runValue(run, where) }];
  return {
    digest,
    identities: plan.timestamp || byRun.length === 0 ? [byPlan, ...byRun] : byRun,
    name: context.workspace ?? context.service ?? context.repository ?? context.environment ?? '',
    where,
    place,
  };
}

/** A run of HCP Terraform is the change that its notifications tell of. */
function runValue(run: string, where: string): string {
  if (/^run-[A-Za-z0-9]{8,40}$/.test(run)) return `terraform:${run}`;
  return `terraform-plan:${run}:${digestOf(where)}`;
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

const phases: Readonly<Record<NonNullable<PlanContext['phase']>, Phase>> = {
  planned: 'happened',
  started: 'started',
  applied: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
};

interface Changes {
  readonly resources: readonly PlannedResource[];
  readonly outputs: readonly string[];
  readonly failed: boolean;
}

function changeEvent(about: About, { resources, outputs, failed }: Changes, plan: Plan, context: PlanContext) {
  const phase = failed ? 'failed' : phases[context.phase ?? 'planned'];
  const isApply = !failed && context.phase !== null && context.phase !== undefined && context.phase !== 'planned';
  const tense: Tense = context.phase === 'applied' && !failed ? 'done' : 'to come';
  const words = summary(resources, outputs.length, tense);
  const isEmpty = resources.length === 0 && outputs.length === 0;
  const outcome = isEmpty ? 'failed' : `failed, having planned ${words}`;
  const what = ['terraform', isApply ? 'apply' : 'plan', about.name].filter((part) => part !== '').join(' ');
  return eventOf(about, 'changes', context, {
    ...timeOf(plan, context, isApply),
    phase,
    kind: 'infrastructure',
    ...(phase === 'happened' ? { traits: ['planned'] } : {}),
    title: `${what}: ${failed ? outcome : words}`,
    ...changedAttributes(resources),
    details: listed(resources, outputs),
  });
}

function driftEvent(about: About, drifted: readonly PlannedResource[], plan: Plan, context: PlanContext) {
  const where = about.name === '' ? '' : ` in ${about.name}`;
  const event = eventOf(about, 'drift', context, {
    ...timeOf(plan, context, false),
    phase: 'happened',
    kind: 'drift',
    title: `terraform found drift${where}: ${summary(drifted, 0, 'found')} outside Terraform`,
    ...changedAttributes(drifted),
    details: listed(drifted, []),
  });
  // Drift that plan after plan finds is one change a day, and no other when the plan is applied.
  const found = drifted.map(({ resource: { address, deposed, change } }) => [address, deposed, change.after]);
  const day = plan.timestamp?.toISOString().slice(0, 10) ?? '';
  return {
    ...event,
    statement: { ...event.statement, key: `terraform-plan:${about.digest}:drift` },
    identities: [{ type: 'drift', value: `terraform-plan:${day}:${digestOf([found, about.where])}` }],
  };
}

type Said = Pick<
  Statement,
  'occurredAt' | 'clock' | 'phase' | 'kind' | 'title' | 'before' | 'after' | 'details' | 'traits'
>;

function eventOf(about: About, what: string, context: PlanContext, said: Said): TimelineEvent {
  const { commit, repository, run, url, actor } = context;
  return {
    statement: {
      key: ['terraform-plan', about.digest, ...(run === undefined ? [] : [run]), what, said.phase].join(':'),
      source: 'terraform-plan',
      ...said,
      title: firstCodePoints(said.title ?? '', 300),
      ...about.place,
      ...defined({
        repository: repository ?? undefined,
        commit: commit ?? undefined,
        url,
        actor: actorOf({ login: actor }),
      }),
    },
    identities: about.identities,
    mentions: [
      ...(repository && commit ? [{ type: 'commit', value: `${repository}@${commit}` }] : []),
      ...runMentions([url]),
    ],
  };
}

/** A plan's own time is that of planning; how an apply went is heard when it is over. */
function timeOf(plan: Plan, context: PlanContext, isApply: boolean): Pick<Statement, 'occurredAt' | 'clock'> {
  const at = isApply ? context.finished_at : plan.timestamp;
  return { occurredAt: (at ?? context.receivedAt).toISOString(), clock: at ? 'source' : 'received' };
}

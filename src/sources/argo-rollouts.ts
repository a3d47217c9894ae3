import { z } from 'zod';
import type { Phase, Statement } from '../domain/event.ts';
import { outsideText } from '../domain/outside-text.ts';
import { environmentNamed, environmentTold, serviceIn } from './reading/cluster-place.ts';
import { defined } from './reading/defined.ts';
import { Time, name, text } from './reading/fields.ts';
import { imageMentions, versionOfImages } from './reading/image.ts';
import { isObject } from './reading/json.ts';
import { type ReaderContext, ignored, reader, told } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

const time = Time.nullish().catch(undefined);
const labels = z.record(z.string(), z.unknown()).nullish();
const count = z.number().int().nullish().catch(undefined);
const revisionAnnotation = 'rollout.argoproj.io/revision';

/** https://argo-rollouts.readthedocs.io/en/stable/features/specification/, as far as it is read. */
const Rollout = z.object({
  metadata: z.object({
    name: name(150),
    namespace: text(63),
    uid: text(60),
    labels,
    annotations: labels,
  }),
  spec: z
    .object({
      strategy: z
        .object({ canary: z.object({ steps: z.array(z.unknown()).nullish() }).nullish() })
        .nullish()
        .catch(undefined),
      template: z
        .object({
          spec: z.object({ containers: z.array(z.object({ image: text(500) })).nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  status: z
    .object({
      phase: text(50),
      abort: z.boolean().nullish(),
      abortedAt: time,
      currentStepIndex: count,
      currentPodHash: text(60),
      conditions: z.array(z.object({ type: text(60), status: text(20), lastUpdateTime: time })).nullish(),
    })
    .nullish(),
});
type Rollout = z.output<typeof Rollout>;

/** What our template says beside the rollout: which event it is about, and when that was. */
const About = z.object({ trigger: text(100), at: time }).catch({ trigger: undefined, at: undefined });

interface Step {
  readonly phase: Phase;
  /** For people. Undefined: its phase says it. */
  readonly course?: string;
}

/**
 * By trigger, which the controller names after the event. A failed analysis says no more than itself: whether the
 * rollout is aborted for it is told by another event.
 */
const steps: ReadonlyMap<string, Step> = new Map([
  ['on-rollout-updated', { phase: 'started' }],
  ['on-rollout-step-completed', { phase: 'started', course: 'in steps' }],
  ['on-rollout-paused', { phase: 'started', course: 'paused' }],
  ['on-rollout-resumed', { phase: 'started', course: 'resumed' }],
  ['on-rollout-aborted', { phase: 'failed', course: 'aborted' }],
  ['on-rollout-completed', { phase: 'succeeded', course: 'completed' }],
  ['on-analysis-run-failed', { phase: 'mentioned', course: 'an analysis failed' }],
  ['on-analysis-run-error', { phase: 'mentioned', course: 'an analysis ended in an error' }],
]);

/**
 * Notifications of Argo Rollouts. Their body is whatever the administrator's template makes: ours
 * (docs/sources/argo-rollouts.md) is a Rollout with only the fields that are read here, its trigger and the time, so a
 * whole Rollout is read as well.
 */
export const argoRollouts: SourceDefinition = {
  name: 'argo-rollouts',
  title: 'Argo Rollouts',
  authentication: [{ by: 'secret', inPath: true }],
  headers: [],
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt, catalog }: Message): Parsed {
  const rollout = isObject(body) ? [body['rollout'], body['Rollout'], body].find(isRollout) : undefined;
  if (rollout === undefined) {
    const error =
      'no Rollout in it (an object with metadata and spec); use the template of docs/sources/argo-rollouts.md';
    return { outcome: 'malformed', error, notWhatItSends: true };
  }
  const about = About.parse(body);
  return reader(Rollout, (read, context) => parsedOf(read, about, context))(rollout, { receivedAt, catalog });
}

function isRollout(value: unknown): boolean {
  return isObject(value) && isObject(value['metadata']) && (isObject(value['spec']) || isObject(value['status']));
}

function parsedOf(rollout: Rollout, about: z.output<typeof About>, { receivedAt, catalog }: ReaderContext): Parsed {
  const { metadata, spec, status } = rollout;
  const trigger = about.trigger ?? triggerOf(rollout);
  const step = steps.get(trigger);
  if (step === undefined) return ignored(`${trigger} is not tracked`);
  const revision = outsideText(metadata.annotations?.[revisionAnnotation], 60) ?? status?.currentPodHash;
  if (revision === undefined) {
    return { outcome: 'malformed', error: `no annotation ${revisionAnnotation}`, notWhatItSends: false };
  }
  const at = about.at ?? timeIn(rollout, step.phase);
  const object = metadata.uid ?? [metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
  const serviceName = serviceIn(metadata, metadata.name, catalog);
  const images = (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => image ?? []).slice(0, 30);
  const done = stepsDone(rollout, about.trigger);
  const details = defined({
    rollout: metadata.name === serviceName ? undefined : metadata.name,
    course: step.course,
    steps: done,
    images: images.length > 1 ? images : undefined,
  });
  const statement: Statement = {
    key: `argo-rollouts:${object}:${revision}:${trigger}:${at?.toISOString() ?? status?.currentStepIndex ?? ''}`,
    source: 'argo-rollouts',
    occurredAt: (at ?? receivedAt).toISOString(),
    clock: at ? 'source' : 'received',
    phase: step.phase,
    kind: 'deploy',
    serviceName,
    ...defined({
      environmentName:
        environmentTold(metadata) ??
        environmentNamed([metadata.namespace, metadata.name], catalog) ??
        metadata.namespace,
      to: versionOfImages(images, serviceName) ?? versionLabel(rollout),
      details: Object.keys(details).length === 0 ? undefined : details,
    }),
  };
  const identities = [{ type: 'rollout', value: `argo-rollouts:${object}:${revision}` }];
  return told({ statement, identities, mentions: imageMentions(images) });
}

/** Where the template does not name its trigger, the state stands for it. */
function triggerOf({ status }: Rollout): string {
  if (status?.abort === true || status?.abortedAt) return 'on-rollout-aborted';
  switch (status?.phase) {
    case 'Healthy':
      return 'on-rollout-completed';
    case 'Paused':
      return 'on-rollout-paused';
    case 'Progressing':
      return 'on-rollout-updated';
    case undefined:
      return 'a rollout without a status';
    default:
      return `a rollout that is ${status?.phase}`;
  }
}

function timeIn({ status }: Rollout, phase: Phase): Date | undefined {
  if (phase === 'failed' && status?.abortedAt) return status.abortedAt;
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  return progressing?.lastUpdateTime ?? undefined;
}

/** The state in a notification is that from before its event. */
function stepsDone({ spec, status }: Rollout, trigger: string | undefined): string | undefined {
  const all = spec?.strategy?.canary?.steps?.length;
  if (trigger !== 'on-rollout-step-completed' || all === undefined) return undefined;
  return `${Math.min((status?.currentStepIndex ?? 0) + 1, all)} of ${all} done`;
}

function versionLabel({ metadata }: Rollout): string | undefined {
  return outsideText(metadata.labels?.['app.kubernetes.io/version'], 63);
}

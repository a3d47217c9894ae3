import { z } from 'zod';
import { Time, WebUrl, name, text } from '../reading/fields.ts';

const list = <T extends z.ZodType>(item: T) => z.array(item).nullish();
const time = Time.nullish().catch(undefined);
const labels = z.record(z.string(), z.unknown()).nullish();

const ApplicationSource = z.object({
  repoURL: text(500),
  chart: text(200),
  targetRevision: text(250),
});
export type ApplicationSource = z.output<typeof ApplicationSource>;

/** One revision, or one of each source of an application that has several. */
const revisions = { revision: text(250), revisions: list(text(250)) };

const Deployed = z.object({
  id: z.union([z.number(), z.string()]).nullish(),
  ...revisions,
  deployStartedAt: time,
  deployedAt: time,
  source: z.unknown().optional(),
  sources: z.unknown().optional(),
});
export type Deployed = z.output<typeof Deployed>;

const OperationState = z.object({
  phase: name(50),
  startedAt: Time,
  finishedAt: time,
  message: text(1000),
  operation: z
    .object({
      initiatedBy: z.object({ username: text(200), automated: z.boolean().nullish() }).nullish(),
      sync: z
        .object({
          revision: text(250),
          dryRun: z.boolean().nullish(),
          resources: list(z.object({ kind: text(100), name: text(253) })),
        })
        .nullish(),
    })
    .nullish(),
  syncResult: z.object(revisions).nullish(),
});
export type OperationState = z.output<typeof OperationState>;

const Resource = z.object({
  kind: text(100),
  namespace: text(253),
  name: text(253),
  status: text(50),
  health: z.object({ status: text(50), message: text(500) }).nullish(),
});
export type Resource = z.output<typeof Resource>;

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml, as far as it is read. */
export const Application = z.object({
  metadata: z.object({
    name: name(150),
    namespace: text(63),
    uid: text(60),
    labels,
    annotations: labels,
    deletionTimestamp: time,
  }),
  spec: z
    .object({
      project: text(200),
      source: ApplicationSource.nullish(),
      sources: list(ApplicationSource),
      destination: z.object({ server: text(300), name: text(200), namespace: text(200) }).nullish(),
    })
    .nullish(),
  status: z
    .object({
      reconciledAt: time,
      sync: z
        .object({
          status: text(50),
          ...revisions,
          comparedTo: z.object({ source: z.unknown().optional(), sources: z.unknown().optional() }).nullish(),
        })
        .nullish(),
      health: z.object({ status: text(50), message: text(500), lastTransitionTime: time }).nullish(),
      operationState: OperationState.nullish(),
      history: list(Deployed),
      summary: z.object({ images: list(text(500)) }).nullish(),
      resources: list(Resource),
    })
    .nullish(),
});

/** What our template says beside the application. */
export const Context = z
  .object({ url: WebUrl, environment: text(200) })
  .nullish()
  .catch(undefined);

export interface App extends z.output<typeof Application> {
  /** Tells it from all other applications of all Argo CDs that report. */
  readonly id: string;
  readonly environmentName: string | undefined;
  readonly serviceName: string;
  readonly url: string | undefined;
}

import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { deploysTo } from '../reading/deploy-name.ts';
import { Time, name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { type ReaderContext, ignored, reader, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { eventAbout } from './context.ts';
import { type CloudEvent, bounded } from './envelope.ts';

const Data = z.object({
  pipelineRun: z.object({
    metadata: z.object({ name: name(300), namespace: text(300), uid: text(100) }),
    spec: z.object({ pipelineRef: z.object({ name: text(200) }).nullish() }).nullish(),
    status: z.object({ startTime: Time.nullish(), completionTime: Time.nullish() }).nullish(),
  }),
});

const phases: Readonly<Record<string, Phase>> = { started: 'started', successful: 'succeeded', failed: 'failed' };

/** https://tekton.dev/docs/pipelines/events. As with CDEvents, most runs change nothing that runs. */
export function readTekton(event: CloudEvent, context: ReaderContext): Parsed {
  const [, state = ''] = /^dev\.tekton\.event\.pipelinerun\.([a-z]+)\.v\d/.exec(event.type) ?? [];
  const phase = lookUp(phases, state);
  if (phase === undefined) return ignored('a step of a pipeline');
  return reader(Data, ({ pipelineRun: { metadata, spec, status } }) => {
    const pipeline = spec?.pipelineRef?.name ?? metadata.name;
    const environment = deploysTo(pipeline, context.catalog.environments);
    if (environment === null) return ignored('a pipeline that is no deploy by its name');
    const ended = phase === 'started' ? status?.startTime : status?.completionTime;
    const run = metadata.uid ?? `${metadata.namespace ?? ''}/${metadata.name}`;
    const statement = {
      kind: 'deploy' as const,
      phase,
      authority: -1,
      title: `pipeline ${pipeline}`,
      environmentName: environment,
      ...defined({ startedAt: status?.startTime?.toISOString() }),
    };
    const identity = { type: 'run', value: `tekton:${bounded(run, 250)}` };
    return told(eventAbout({ ...event, time: ended ?? event.time }, context, statement, { identity }));
  })(event.data, context);
}

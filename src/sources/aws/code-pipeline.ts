import { z } from 'zod';
import type { Actor, Phase, Statement } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { environmentIn } from '../reading/deploy-name.ts';
import { name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import { actorOfArn } from './actor.ts';
import { type AwsEvent, Utc, consoleUrl, eventReader, keyOf, momentOf, placeOf, when } from './event.ts';

/** A pipeline that was overtaken by a newer execution, or was told to stop, did not deploy to its end. */
const phases: Readonly<Record<string, Phase>> = {
  STARTED: 'started',
  RESUMED: 'started',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELED: 'cancelled',
  STOPPED: 'cancelled',
  ABANDONED: 'cancelled',
  SUPERSEDED: 'cancelled',
};

const Execution = z.object({
  pipeline: name(200),
  'execution-id': name(100),
  state: name(50),
  stage: text(200),
  'execution-type': text(50),
  'start-time': Utc,
  'execution-trigger': z.object({ 'trigger-detail': text(500) }).nullish(),
  'execution-result': z.object({ 'external-execution-summary': text(1000) }).nullish(),
});
type Execution = z.output<typeof Execution>;

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html */
export const readPipeline = eventReader(Execution, (detail, event, context) => {
  const phase = lookUp(phases, detail.state);
  if (phase === undefined) return ignored(`a pipeline in the state ${detail.state}`);
  return told({
    statement: {
      ...common(detail, event, phase),
      key: keyOf('codepipeline', detail['execution-id'], detail.state, momentOf(event)),
      ...when(event, context),
      title: `pipeline ${detail.pipeline}`,
      ...placeOf(event, context, { within: [detail.pipeline] }),
      ...defined({ startedAt: detail['start-time']?.toISOString(), actor: actorOf(detail) }),
    },
    identities: [pipelineIdentity(detail['execution-id'])],
    mentions: [],
  });
});

/**
 * Of a pipeline that deploys to several environments, each stage that names one is a deploy of its own. The other stages
 * build and test, and a pipeline that names its environment tells all itself.
 */
export const readStage = eventReader(Execution, (detail, event, context) => {
  const phase = lookUp(phases, detail.state);
  const { stage = '', pipeline } = detail;
  if (phase === undefined) return ignored(`a stage in the state ${detail.state}`);
  const { environments } = context.catalog;
  if (environmentIn(stage, environments) === null) return ignored('a stage that names no environment');
  if (environmentIn(pipeline, environments) !== null)
    return ignored('a stage of a pipeline that names its environment');
  return told({
    statement: {
      ...common(detail, event, phase),
      key: keyOf('codepipeline', detail['execution-id'], stage, detail.state, momentOf(event)),
      ...when(event, context),
      title: `stage ${stage} of pipeline ${pipeline}`,
      ...placeOf(event, context, { within: [stage] }),
    },
    identities: [{ type: 'run', value: keyOf('codepipeline', detail['execution-id'], stage) }],
    mentions: [pipelineIdentity(detail['execution-id'])],
  });
});

function common(
  detail: Execution,
  event: AwsEvent,
  phase: Phase,
): Pick<Statement, 'phase' | 'kind'> & Partial<Statement> {
  const page = `codesuite/codepipeline/pipelines/${encodeURIComponent(detail.pipeline)}/executions/${encodeURIComponent(detail['execution-id'])}/timeline`;
  return {
    phase,
    kind: detail['execution-type'] === 'ROLLBACK' ? 'rollback' : 'deploy',
    ...defined({
      runUrl: consoleUrl(event, page),
      reason: detail['execution-result']?.['external-execution-summary'],
    }),
  };
}

/** Where a person started it, the trigger names who; else it names a repository or a rule. */
function actorOf(detail: Execution): Actor | undefined {
  return actorOfArn(detail['execution-trigger']?.['trigger-detail'] ?? '');
}

export function pipelineIdentity(execution: string) {
  return { type: 'run', value: keyOf('codepipeline', execution) };
}

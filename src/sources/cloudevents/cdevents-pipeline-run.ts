import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { runMentions } from '../reading/deploy-mentions.ts';
import { deploysTo } from '../reading/deploy-name.ts';
import { WebUrl, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { type CDEventReader, customFields } from './cdevent.ts';
import { eventAbout } from './context.ts';
import { bounded } from './envelope.ts';

const Content = z.object({ pipelineName: text(200), uri: WebUrl, url: WebUrl, outcome: text(50), errors: text(500) });

const outcomes: Readonly<Record<string, Phase>> = {
  success: 'succeeded',
  failure: 'failed',
  error: 'failed',
  cancel: 'cancelled',
  canceled: 'cancelled',
  cancelled: 'cancelled',
};

/** https://cdevents.dev/docs/core#pipelinerun. Most runs change nothing that runs. */
export const readPipelineRun: CDEventReader = (event, context) =>
  reader(Content, ({ pipelineName, uri, url, outcome, errors }) => {
    const environment = deploysTo(pipelineName ?? '', context.catalog.environments);
    if (environment === null) return ignored('a pipeline that is no deploy by its name');
    const phase =
      event.predicate === 'started'
        ? 'started'
        : event.predicate === 'finished'
          ? lookUp(outcomes, outcome?.toLowerCase())
          : undefined;
    if (phase === undefined) return ignored('a pipeline that did not deploy yet, or not at all');
    const runUrl = uri ?? url;
    const statement = {
      kind: 'deploy' as const,
      phase,
      // An event about the service knows better what was deployed.
      authority: -1,
      title: `pipeline ${pipelineName}`,
      environmentName: environment,
      ...customFields(event),
      ...defined({ runUrl, reason: errors, serviceName: event.custom.service, to: event.custom.to }),
    };
    const { id, source } = event.subject;
    const identity = { type: 'run', value: `cdevents:${bounded(`${source}#${id}`, 250)}` };
    const run = runMentions([runUrl]);
    return told(eventAbout(event.event, context, statement, { identity, mentions: [...run, ...event.mentions] }));
  })(event.content ?? {}, context);

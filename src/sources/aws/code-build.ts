import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { deploysTo } from '../reading/deploy-name.ts';
import { WebUrl, name, text } from '../reading/fields.ts';
import { repositoryOfUrl } from '../reading/git-url.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import { eventReader, keyOf, lastOfArn, momentOf, when } from './event.ts';

const phases: Readonly<Record<string, Phase>> = {
  IN_PROGRESS: 'started',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  FAULT: 'failed',
  TIMED_OUT: 'failed',
  STOPPED: 'cancelled',
};

const Build = z.object({
  'project-name': name(200),
  'build-id': name(300),
  'build-status': name(50),
  'additional-information': z
    .object({
      initiator: text(200),
      'source-version': text(300),
      source: z.object({ location: text(500) }).nullish(),
      logs: z.object({ 'deep-link': WebUrl }).nullish(),
    })
    .nullish(),
});

/**
 * A build changes nothing that runs, unless its project's name says that it deploys, and where to.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
 */
export const readBuild = eventReader(Build, (detail, event, context) => {
  const { 'project-name': project, 'build-status': status, 'additional-information': more } = detail;
  const environment = deploysTo(project, context.catalog.environments);
  if (environment === null) return ignored('a build that is no deploy by its name');
  const phase = lookUp(phases, status);
  if (phase === undefined) return ignored(`a build in the state ${status}`);
  const version = more?.['source-version'] ?? '';
  const commit = /^[0-9a-f]{40}$/.test(version) ? version : undefined;
  const repository = repositoryOfUrl(more?.source?.location);
  const initiator = more?.initiator;
  return told({
    statement: {
      key: keyOf('codebuild', detail['build-id'], status, momentOf(event)),
      ...when(event, context),
      phase,
      kind: 'deploy',
      environmentName: environment,
      details: { project, build: lastOfArn(detail['build-id']) },
      ...defined({
        repository,
        commit,
        to: commit?.slice(0, 7),
        runUrl: more?.logs?.['deep-link'],
        // Otherwise it is a pipeline or a rule.
        actor: initiator === undefined || initiator.includes('/') ? undefined : { login: initiator },
        title: repository === undefined ? `build of ${project}` : undefined,
      }),
    },
    identities: [{ type: 'run', value: keyOf('codebuild', detail['build-id']) }],
    mentions:
      repository === undefined || commit === undefined ? [] : [{ type: 'commit', value: `${repository}@${commit}` }],
  });
});

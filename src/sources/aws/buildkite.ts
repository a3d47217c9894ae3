import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { deployMentions } from '../reading/deploy-mentions.ts';
import { deployNamed } from '../reading/deploy-name.ts';
import { name, text } from '../reading/fields.ts';
import { repositoryOfUrl } from '../reading/git-url.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import { Utc, eventReader, keyOf, momentOf, when } from './event.ts';

const phases: Readonly<Record<string, Phase>> = {
  running: 'started',
  started: 'started',
  failing: 'started',
  blocked: 'mentioned',
  passed: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
};

const Build = z.object({
  build: z.object({
    uuid: name(100),
    number: z.number().int().nullish(),
    commit: text(100),
    message: text(300),
    branch: text(250),
    tag: text(250),
    state: name(50),
    started_at: Utc,
    finished_at: Utc,
    creator: z.object({ name: text(200), email: text(320) }).nullish(),
  }),
  pipeline: z.object({ slug: name(200), repo: text(500) }),
  organization: z.object({ slug: text(200) }).nullish(),
});

/**
 * Buildkite's builds over EventBridge, by the rules by which its webhooks are read: the same change, whichever tells it.
 * https://buildkite.com/docs/pipelines/integrations/observability/amazon-eventbridge
 */
export const readBuildkite = eventReader(Build, ({ build, pipeline, organization }, event, context) => {
  const deploy = deployNamed(pipeline.slug, context.catalog);
  if (deploy === null) return ignored('a build that is no deploy by its name');
  const phase = lookUp(phases, build.state);
  if (phase === undefined) return ignored(`a build in the state ${build.state}`);
  const repository = repositoryOfUrl(pipeline.repo);
  const commit = /^[0-9a-f]{40}$/.test(build.commit ?? '') ? build.commit : undefined;
  const at = phase === 'started' || phase === 'mentioned' ? build.started_at : build.finished_at;
  const page =
    organization?.slug === undefined || !build.number
      ? undefined
      : `https://buildkite.com/${encodeURIComponent(organization.slug)}/${encodeURIComponent(pipeline.slug)}/builds/${build.number}`;
  const { name: person, email } = build.creator ?? {};
  return told({
    statement: {
      key: keyOf('buildkite', build.uuid, build.state, momentOf(event, at)),
      ...when(event, context, at),
      phase,
      authority: -1,
      kind: deploy.kind,
      details: defined({ pipeline: pipeline.slug, build: build.number ?? undefined, message: build.message }),
      ...defined({
        environmentName: deploy.environmentName,
        serviceName: deploy.serviceName,
        startedAt: build.started_at?.toISOString(),
        repository,
        commit,
        to: build.tag ?? commit?.slice(0, 7),
        branch: build.branch,
        actor: person === undefined && email === undefined ? undefined : defined({ name: person, email }),
        runUrl: page,
        title:
          repository === undefined && deploy.serviceName === undefined
            ? outsideText(`build of ${pipeline.slug}`, 300)
            : undefined,
      }),
    },
    identities: [{ type: 'run', value: `buildkite:${build.uuid}` }],
    mentions: deployMentions({ repository, commit, version: build.tag, runUrls: [page] }),
  });
});

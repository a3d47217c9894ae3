import { z } from 'zod';
import type { Phase } from '../domain/event.ts';
import { outsideText } from '../domain/outside-text.ts';
import { versionOf } from './git-host/version.ts';
import { defined } from './reading/defined.ts';
import { deployMentions } from './reading/deploy-mentions.ts';
import { type NamedDeploy, deployNamed } from './reading/deploy-name.ts';
import { Time, WebUrl, actorOf, name, text } from './reading/fields.ts';
import { repositoryOfUrl } from './reading/git-url.ts';
import { isObject } from './reading/json.ts';
import { lookUp } from './reading/look-up.ts';
import { type Reader, ignored, reader, told } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/**
 * By the state of the build, not by the event: what is sent may be newer than the event that it was sent for. A build
 * with a failed job is `failing` while others run.
 */
const phases: Readonly<Record<string, Phase>> = {
  running: 'started',
  failing: 'started',
  blocked: 'mentioned',
  passed: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
};

/** https://buildkite.com/docs/apis/webhooks/pipelines */
export const buildkite: SourceDefinition = {
  name: 'buildkite',
  title: 'Buildkite',
  authentication: [
    { by: 'timed-hmac', header: 'x-buildkite-signature', time: 'beside', separator: '.' },
    { by: 'token', header: 'x-buildkite-token' },
  ],
  headers: ['x-buildkite-event'],
  // Buildkite gives a delivery no id.
  deliveryKey: () => null,
  parse,
};

const AnyBody = z.looseObject({
  pipeline: z.looseObject({ name: text(200), slug: text(200) }).nullish(),
});

const Person = z.object({ name: text(200), email: text(320), username: text(100) }).nullish();

const BuildBody = z.object({
  build: z.object({
    id: name(100),
    number: z.number().int().nonnegative().nullish(),
    state: name(50),
    blocked: z.boolean().nullish(),
    commit: text(100),
    branch: text(250),
    tag: text(250),
    message: text(500),
    web_url: WebUrl,
    creator: Person,
    author: Person,
    created_at: Time.nullish(),
    started_at: Time.nullish(),
    finished_at: Time.nullish(),
  }),
  pipeline: z.object({ name: text(200), slug: text(200), repository: text(500) }),
});

function parse({ headers, body, receivedAt, catalog }: Message): Parsed {
  const event = isObject(body) ? (body['event'] ?? headers['x-buildkite-event']) : undefined;
  if (typeof event !== 'string' || !/^[\w.-]{1,100}$/.test(event)) {
    return { outcome: 'malformed', error: 'the event is missing', notWhatItSends: true };
  }
  if (event === 'ping') return { outcome: 'ping' };
  if (!event.startsWith('build.')) return ignored(`${event} is not tracked`);
  const parsed = readBuild(body, { receivedAt, catalog });
  return parsed.outcome === 'malformed' ? { ...parsed, error: `${event}: ${parsed.error}` } : parsed;
}

/** Most builds change nothing that runs. One that says in its pipeline's name that it deploys does. */
const readBuild = reader(AnyBody, (body, context) => {
  const { name, slug } = body.pipeline ?? {};
  const deploy = deployNamed(name ?? '', context.catalog) ?? deployNamed(slug ?? '', context.catalog);
  return deploy === null ? ignored('a build that is no deploy by its name') : readerOf(deploy)(body, context);
});

function readerOf({ kind, environmentName, serviceName }: NamedDeploy): Reader {
  return reader(BuildBody, ({ build, pipeline }, { receivedAt }) => {
    const state = build.blocked === true && build.state === 'passed' ? 'blocked' : build.state;
    const phase = lookUp(phases, state);
    if (phase === undefined) return ignored(`a build that is ${state}`);
    const isOver = phase !== 'started' && phase !== 'mentioned';
    const at = isOver ? build.finished_at : (build.started_at ?? build.created_at);
    const repository = repositoryOfUrl(pipeline.repository);
    // A build may be made of a branch's `HEAD`.
    const commit = /^[0-9a-f]{40}$/.test(build.commit ?? '') ? build.commit : undefined;
    const version = build.tag ?? versionOf(build.branch ?? '');
    const pipelineName = pipeline.name ?? pipeline.slug;
    const { creator, author } = build;
    return told({
      statement: {
        // A job that is tried again lets a build end again.
        key: `buildkite:build:${build.id}:${phase}${isOver && at ? `:${at.toISOString()}` : ''}`,
        source: 'buildkite',
        occurredAt: (at ?? receivedAt).toISOString(),
        clock: at ? 'source' : 'received',
        phase,
        // A system that knows of deployments knows better what was deployed.
        authority: -1,
        kind,
        details: defined({
          pipeline: pipelineName,
          build: build.number ?? undefined,
          message: build.message,
        }),
        ...defined({
          title:
            repository === undefined && serviceName === undefined
              ? outsideText(`${kind} by the pipeline ${pipelineName}`, 300)
              : undefined,
          startedAt: build.started_at?.toISOString(),
          environmentName,
          serviceName,
          repository,
          commit,
          to: version ?? commit?.slice(0, 7),
          branch: version === undefined ? build.branch : undefined,
          actor: personOf(creator) ?? personOf(author),
          runUrl: build.web_url,
        }),
      },
      identities: [{ type: 'run', value: `buildkite:${build.id}` }],
      mentions: deployMentions({ repository, commit, version, runUrls: [build.web_url] }),
    });
  });
}

function personOf(person: z.output<typeof Person>) {
  return actorOf({ login: person?.username, name: person?.name, email: person?.email });
}

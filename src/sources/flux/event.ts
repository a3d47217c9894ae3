import { z } from 'zod';
import type { Statement } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { versionOf } from '../git-host/version.ts';
import { environmentNamed } from '../reading/cluster-place.ts';
import { defined } from '../reading/defined.ts';
import { Time, name, text } from '../reading/fields.ts';
import { repositoryOfUrl } from '../reading/git-url.ts';
import type { ReaderContext } from '../reading/reader.ts';

/** The longest that Flux sends. */
const longestMessage = 39_000;

/** Without blank lines; a change set has one object on each. */
const Lines = z
  .string()
  .nullish()
  .transform((message) =>
    (message ?? '')
      .slice(0, longestMessage)
      .split('\n')
      .flatMap((line) => outsideText(line, 300) ?? []),
  );

/** https://github.com/fluxcd/pkg/blob/main/apis/event/v1beta1/event.go */
export const FluxEvent = z.object({
  involvedObject: z.object({ kind: name(100), name: name(150), namespace: text(63), uid: text(60) }),
  severity: text(20),
  timestamp: Time,
  message: Lines,
  reason: name(100),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});
export type FluxEvent = z.output<typeof FluxEvent>;

/**
 * What an event says about itself or its alert by `eventMetadata`. The controller takes the API group before a key away;
 * its documentation and older versions show it.
 */
export function metadataOf({ metadata }: FluxEvent, key: string): string | undefined {
  const entries = Object.entries(metadata ?? {});
  const found = entries.find(([each]) => each === key) ?? entries.find(([each]) => each.endsWith(`.fluxcd.io/${key}`));
  return outsideText(found?.[1], 300);
}

/** Tells its object from all others of all clusters that report. */
export function objectOf({ involvedObject: { kind, namespace, name: own, uid } }: FluxEvent): string {
  return uid ?? [kind, namespace, own].filter((part) => part !== undefined).join('/');
}

/** Flux runs in a namespace of this name, which is no environment. */
const home = 'flux-system';

/** What all statements about an object say. */
export function placeOf(event: FluxEvent, { catalog }: ReaderContext) {
  const { namespace, name: own } = event.involvedObject;
  const places = [metadataOf(event, 'cluster'), namespace, own];
  return {
    source: 'flux',
    occurredAt: event.timestamp.toISOString(),
    clock: 'source',
    serviceName: metadataOf(event, 'service') ?? own,
    ...defined({
      environmentName:
        metadataOf(event, 'environment') ??
        metadataOf(event, 'env') ??
        environmentNamed(places, catalog) ??
        (namespace === home ? undefined : namespace),
    }),
  } satisfies Partial<Statement>;
}

/** What is shown as it is written on the event or its alert. */
export function detailsOf(event: FluxEvent, more: Readonly<Record<string, unknown>>) {
  const details = defined({
    summary: metadataOf(event, 'summary'),
    cluster: metadataOf(event, 'cluster'),
    region: metadataOf(event, 'region'),
    ...more,
  });
  const left = Object.entries(details).filter(([, value]) => value !== undefined);
  return left.length === 0 ? {} : { details: Object.fromEntries(left) };
}

interface Revision {
  readonly statement: Pick<Statement, 'to' | 'commit' | 'repository' | 'branch'>;
  readonly mentions: readonly Identity[];
}

/**
 * `main@sha1:<commit>`, `v1.42.0@sha1:<commit>`, `latest@sha256:<digest>`, before Flux 2.0 also `main/<commit>`, and
 * chart versions. An OCI artifact says which commit it was made of by `originRevision`.
 */
export function revisionOf(event: FluxEvent): Revision {
  const revision = metadataOf(event, 'revision');
  const origin = metadataOf(event, 'originRevision');
  const told = metadataOf(event, 'repository');
  const repository =
    repositoryOfUrl(told) ?? (/^[\w.-]+(?:\/[\w.-]+)+$/.test(told ?? '') ? told?.toLowerCase() : undefined);
  const commit = [metadataOf(event, 'commit'), origin, revision].map(commitIn).find((each) => each !== undefined);
  const digest = /(?:^|@)(sha256:[0-9a-f]{64})$/.exec(revision ?? '')?.[1];
  const refs = [revision, origin].flatMap((each) => refIn(each) ?? []);
  const version = refs.find((ref) => versionOf(ref) !== undefined);
  const branch = version === undefined && commit !== undefined ? refs.at(-1) : undefined;
  const to = version ?? (commit === undefined ? shortOf(revision) : commit.slice(0, 7));
  return {
    statement: defined({
      to,
      commit,
      repository,
      branch,
    }),
    mentions: [
      ...(repository === undefined || commit === undefined
        ? []
        : [{ type: 'commit', value: `${repository}@${commit}` }]),
      ...(repository === undefined || version === undefined || commit === undefined
        ? []
        : [{ type: 'tag', value: `${repository}@${version}` }]),
      ...(digest === undefined ? [] : [{ type: 'image', value: digest }]),
    ],
  };
}

function commitIn(revision: string | undefined): string | undefined {
  return /(?:^|sha1:|\/)([0-9a-f]{40})$/.exec(revision ?? '')?.[1];
}

function refIn(revision: string | undefined): string | undefined {
  const ref = /^(.+?)(?:@sha(?:1|256):[0-9a-f]+|\/[0-9a-f]{40})$/.exec(revision ?? '')?.[1];
  return ref?.replace(/^refs\/(?:heads|tags)\//, '');
}

function shortOf(revision: string | undefined): string | undefined {
  const [, ref, digest = ''] = /^(?:(.+?)@)?sha256:([0-9a-f]{64})$/.exec(revision ?? '') ?? [];
  if (digest === '') return revision;
  return ref === undefined || ref === 'latest' ? digest.slice(0, 7) : ref;
}

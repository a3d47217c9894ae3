import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Catalog } from '../domain/catalog.ts';
import type { Kind } from '../domain/change.ts';
import type { Phase, Statement, TimelineEvent } from '../domain/event.ts';
import { outsideText } from '../domain/outside-text.ts';
import { environmentNamed } from './reading/cluster-place.ts';
import { defined } from './reading/defined.ts';
import { Time, WebUrl, name, text } from './reading/fields.ts';
import { repositoryOfUrl } from './reading/git-url.ts';
import { isObject } from './reading/json.ts';
import { ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/**
 * What Helm prints of releases, posted by whoever deploys: `helm history -o json` (bare, its release told by headers, or
 * in an object that names it), `helm list -o json`, `helm status -o json`.
 */
export const helm: SourceDefinition = {
  name: 'helm',
  title: 'Helm',
  authentication: [{ by: 'secret', inPath: true }],
  headers: [
    'x-helm-release',
    'x-helm-namespace',
    'x-helm-environment',
    'x-helm-cluster',
    'x-helm-actor',
    'x-helm-repository',
    'x-helm-commit',
    'x-helm-run-url',
  ],
  // What `helm status` prints of a release beyond its course holds its values and manifests.
  conceal: (body) => (isObject(body) && isObject(body['info']) ? courseOnly(body) : body),
  deliveryKey: () => null,
  parse,
};

const About = z.object({
  release: text(150),
  namespace: text(63),
  environment: text(200),
  cluster: text(200),
  actor: text(200),
  repository: text(500),
  commit: text(40),
  run_url: WebUrl,
});
type About = z.output<typeof About>;

const version = z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,9}$/)]).transform(Number);

/** A line of a history, or of a list: there the revision is text and the time Go's. */
const Revision = z.object({
  name: text(150),
  namespace: text(63),
  revision: version,
  updated: Time,
  status: name(50),
  chart: text(250),
  app_version: text(200),
  description: text(1000),
  rollback_revision: version.nullish().catch(undefined),
});
type Revision = z.output<typeof Revision>;

function parse({ headers, body, catalog }: Message): Parsed {
  const lines = linesIn(body);
  if (lines === undefined) {
    const error = 'neither what `helm history -o json` nor what `helm list -o json` prints';
    return { outcome: 'malformed', error, notWhatItSends: true };
  }
  const told = About.safeParse({ ...aboutIn(headers), ...(isObject(body) ? namedIn(body) : {}) });
  if (!told.success) return { outcome: 'malformed', error: problem(told.error), notWhatItSends: false };
  const events: TimelineEvent[] = [];
  const rejected: { readonly index: number; readonly error: string }[] = [];
  const reads = lines.map((line) => Revision.safeParse(line));
  const newest = newestOf(reads.flatMap((read) => (read.success ? [read.data] : [])));
  for (const [index, read] of reads.entries()) {
    const release = read.success ? (read.data.name ?? told.data.release ?? chartName(read.data.chart)) : undefined;
    if (!read.success) rejected.push({ index, error: problem(read.error) });
    else if (release === undefined) rejected.push({ index, error: 'no release: send the header X-Helm-Release' });
    else {
      const event = eventOf(read.data, release, read.data === newest ? told.data : placeIn(told.data), catalog);
      if (event !== undefined) events.push(event);
    }
  }
  const [first] = rejected;
  if (events.length > 0) return { outcome: 'events', events, ...(first === undefined ? {} : { rejected }) };
  if (first !== undefined) return { outcome: 'malformed', error: first.error, notWhatItSends: false };
  return ignored('no revision that was installed');
}

/** Undefined: it is nothing that Helm prints. */
function linesIn(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body.every((line) => isObject(line) && 'revision' in line) ? body : undefined;
  if (!isObject(body)) return undefined;
  const { history, releases, info } = body;
  if (Array.isArray(history)) return history;
  if (Array.isArray(releases)) return releases;
  return isObject(info) ? [ofStatus(body, info)] : undefined;
}

/** `helm status -o json`, `helm upgrade -o json`: one release as Helm keeps it. */
function ofStatus(body: Readonly<Record<string, unknown>>, info: Readonly<Record<string, unknown>>) {
  const metadata = isObject(body['chart']) && isObject(body['chart']['metadata']) ? body['chart']['metadata'] : {};
  const chart = [metadata['name'], metadata['version']].flatMap((part) => outsideText(part, 120) ?? []).join('-');
  return {
    name: body['name'],
    namespace: body['namespace'],
    revision: body['version'],
    updated: info['last_deployed'],
    status: info['status'],
    description: info['description'],
    ...(chart === '' ? {} : { chart }),
    app_version: metadata['appVersion'],
  };
}

function courseOnly(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const {
    name: own,
    release,
    namespace,
    environment,
    cluster,
    actor,
    repository,
    commit,
    run_url,
    version: number,
    info,
    chart,
  } = body;
  const { last_deployed, status, description } = isObject(info) ? info : {};
  const metadata = isObject(chart) && isObject(chart['metadata']) ? chart['metadata'] : {};
  const { name: chartName, version: chartVersion, appVersion } = metadata;
  const about = { name: own, release, namespace, environment, cluster, actor, repository, commit, run_url };
  const kept = {
    ...about,
    version: number,
    info: defined({ last_deployed, status, description }),
    chart: { metadata: defined({ name: chartName, version: chartVersion, appVersion }) },
  };
  return JSON.stringify(defined(kept)) === JSON.stringify(body) ? body : defined(kept);
}

function aboutIn(headers: Message['headers']) {
  return defined({
    release: headers['x-helm-release'],
    namespace: headers['x-helm-namespace'],
    environment: headers['x-helm-environment'],
    cluster: headers['x-helm-cluster'],
    actor: headers['x-helm-actor'],
    repository: headers['x-helm-repository'],
    commit: headers['x-helm-commit'],
    run_url: headers['x-helm-run-url'],
  });
}

function namedIn({
  release,
  name: own,
  namespace,
  environment,
  cluster,
  actor,
  repository,
  commit,
  run_url,
}: Readonly<Record<string, unknown>>) {
  const fields = { release: release ?? own, namespace, environment, cluster, actor, repository, commit, run_url };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}

/** https://pkg.go.dev/helm.sh/helm/v3/pkg/release#Status */
const phases: ReadonlyMap<string, Phase> = new Map([
  ['pending-install', 'started'],
  ['pending-upgrade', 'started'],
  ['pending-rollback', 'started'],
  ['uninstalling', 'started'],
  ['deployed', 'succeeded'],
  ['superseded', 'succeeded'],
  ['failed', 'failed'],
  ['uninstalled', 'succeeded'],
]);

function eventOf(line: Revision, release: string, about: Partial<About>, catalog: Catalog): TimelineEvent | undefined {
  const status = line.status.toLowerCase();
  const phase = phases.get(status);
  if (phase === undefined) return undefined;
  const namespace = line.namespace ?? about.namespace;
  const removed = status.startsWith('uninstall');
  const kind = removed ? 'infrastructure' : kindOf(line);
  const object = [about.cluster ?? about.environment, namespace, release].map((part) => part ?? '').join('/');
  const revision = `helm:${hashed(object)}:${line.revision}${removed ? ':uninstalled' : ''}`;
  const repository = repositoryIn(about);
  const commit = about.commit?.toLowerCase();
  const statement: Statement = {
    // A revision is superseded by the next one, and has been deployed all the same.
    key: `${revision}:${status === 'superseded' ? 'deployed' : status}`,
    source: 'helm',
    occurredAt: line.updated.toISOString(),
    clock: 'source',
    phase,
    kind,
    serviceName: release,
    ...defined({
      title: removed ? `Helm release ${release} uninstalled` : undefined,
      environmentName:
        about.environment ?? environmentNamed([about.cluster, namespace, release], catalog) ?? placeOf(namespace),
      to: line.app_version ?? chartVersion(line.chart),
      reason: reasonIn(line),
      actor: about.actor === undefined ? undefined : { login: about.actor },
      repository,
      commit: isSha(commit) ? commit : undefined,
      runUrl: about.run_url,
    }),
    details: defined({
      revision: line.revision,
      namespace,
      cluster: about.cluster,
      chart: line.chart,
      outcome: phase === 'failed' ? line.description : undefined,
    }),
  };
  return {
    statement,
    identities: [{ type: 'release', value: revision }],
    mentions: repository === undefined || !isSha(commit) ? [] : [{ type: 'commit', value: `${repository}@${commit}` }],
  };
}

/** `Rollback to 3` is what Helm itself writes; its fourth version also gives the number. */
function kindOf({ status, description, rollback_revision: target }: Revision): Kind {
  const goesBack = status.toLowerCase() === 'pending-rollback' || /^rollback to \d+/i.test(description ?? '');
  return goesBack || (target ?? 0) > 0 ? 'rollback' : 'deploy';
}

/** What somebody gave with `--description`; Helm's own words say nothing more than the status. */
function reasonIn({ status, description }: Revision): string | undefined {
  if (status === 'failed') return undefined;
  return /^(?:install|upgrade|rollback|uninstallation|preparing|deletion|dry run|initial install)\b/i.test(
    description ?? '',
  )
    ? undefined
    : description;
}

/** Where nobody names the release, its chart most often does. */
function chartName(chart: string | undefined): string | undefined {
  return chart?.replace(/-v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/, '');
}

/** `checkout-1.4.2` is chart `checkout`, version `1.4.2`. */
function chartVersion(chart: string | undefined): string | undefined {
  return /-(v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)$/.exec(chart ?? '')?.[1] ?? chart;
}

/** What a run says of itself is about the revision that it made, and that is the last one of a release. */
function newestOf(lines: readonly Revision[]): Revision | undefined {
  const releases = new Set(lines.map((line) => `${line.namespace ?? ''}/${line.name ?? ''}`));
  return releases.size === 1 ? lines.reduce((a, b) => (b.revision > a.revision ? b : a)) : undefined;
}

function placeIn({ namespace, environment, cluster }: About): Partial<About> {
  return { namespace, environment, cluster };
}

function repositoryIn({ repository }: Partial<About>): string | undefined {
  const named = /^[\w.-]{1,50}(?:\/[\w.-]{1,100})+$/.test(repository ?? '') ? repository?.toLowerCase() : undefined;
  return repositoryOfUrl(repository) ?? named;
}

function isSha(commit: string | undefined): commit is string {
  return commit !== undefined && /^[0-9a-f]{40}$/.test(commit);
}

/** Where nobody chose a namespace, it says nothing of the environment. */
function placeOf(namespace: string | undefined): string | undefined {
  return namespace === 'default' ? undefined : namespace;
}

function hashed(object: string): string {
  return object.length <= 200 ? object : createHash('sha256').update(object).digest('hex');
}

function problem(error: z.ZodError): string {
  const [issue] = error.issues;
  return outsideText(`${issue?.path.join('.')}: ${issue?.message}`, 300) ?? '';
}

import type { Fact } from '../domain/facts/fact.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { imageFacts, imageName } from './image-name.ts';
import { type JsonObject, listAt, textAt } from './json-shape.ts';
import { readKubectl } from './kubernetes/kubectl-output.ts';
import { factOf } from './kubernetes/object.ts';
import { oneEach } from './one-each.ts';
import { type NamedText, failed, readTexts, seen, sentence } from './read-texts.ts';

const usage = 'argocd app get checkout -o json | sincewhen snapshot production --collector argocd - --service checkout';

export const argocd: Collector = {
  name: 'argocd',
  version: '1',
  summary: 'revision, images and whether it is in sync, of Argo CD’s applications',
  usage,
  async collect(input) {
    const read = await readTexts(input, { usage });
    return read.outcome === 'failed' ? read : collectArgocd(read.texts, input);
  },
};

/** Of `argocd app get|list -o json` and `kubectl get applications -o json`. */
export function collectArgocd(files: readonly NamedText[], { service }: Pick<CollectorInput, 'service'>): Collected {
  const facts: Fact[] = [];
  const notSeen: string[] = [];
  for (const { name, text } of files) {
    // `argocd app list` leaves the kind out.
    const read = readKubectl(text, 'Application');
    if (read.outcome === 'unreadable') return failed(sentence(name, read));
    notSeen.push(...read.notSeen);
    for (const item of read.items) facts.push(...applicationFacts(item, service));
  }
  return seen(oneEach(facts), notSeen, files);
}

function applicationFacts(application: JsonObject, asked: string | null): readonly Fact[] {
  const name = textAt(application, 'metadata', 'name');
  if (textAt(application, 'kind') !== 'Application' || name === null) return [];
  const service = asked ?? textAt(application, 'metadata', 'labels', 'app.kubernetes.io/name') ?? name;
  const revisions = listAt(application, 'status', 'sync', 'revisions').filter((each) => typeof each === 'string');
  const revision =
    textAt(application, 'status', 'sync', 'revision') ?? (revisions.length > 0 ? revisions.join(' ') : null);
  const images = listAt(application, 'status', 'summary', 'images').filter((each) => typeof each === 'string');
  // Only those that are not: which objects there are is for the cluster's own collector.
  const astray = listAt(application, 'status', 'resources').filter((each) => textAt(each, 'status') === 'OutOfSync');
  return [
    ...factOf(service, 'version', 'argocd:revision', revision),
    ...factOf(service, 'config', 'argocd:target-revision', textAt(application, 'spec', 'source', 'targetRevision')),
    ...factOf(service, 'config', 'argocd:path', textAt(application, 'spec', 'source', 'path')),
    ...images.flatMap((image) => {
      const { repository } = imageName(image);
      return imageFacts(service, `argocd/${repository.slice(repository.lastIndexOf('/') + 1)}`, image);
    }),
    ...factOf(service, 'health', 'argocd:sync', textAt(application, 'status', 'sync', 'status')),
    ...factOf(service, 'health', 'argocd:health', textAt(application, 'status', 'health', 'status')),
    ...astray.flatMap((each) =>
      factOf(service, 'health', `argocd:${textAt(each, 'kind') ?? '?'}/${textAt(each, 'name') ?? '?'}`, 'OutOfSync'),
    ),
  ];
}

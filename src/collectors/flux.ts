import type { Fact } from '../domain/facts/fact.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { configFacts } from './config.ts';
import { type JsonObject, at, listAt, textAt } from './json-shape.ts';
import { readKubectl } from './kubernetes/kubectl-output.ts';
import { factOf } from './kubernetes/object.ts';
import { oneEach } from './one-each.ts';
import { type NamedText, failed, readTexts, seen, sentence } from './read-texts.ts';

const usage =
  'kubectl get kustomizations,helmreleases -A -o json 2>&1 | sincewhen snapshot production --collector flux -';

export const flux: Collector = {
  name: 'flux',
  version: '1',
  summary: 'revisions, chart versions, values and readiness, of Flux’s objects',
  usage,
  async collect(input) {
    const read = await readTexts(input, { usage });
    return read.outcome === 'failed' ? read : collectFlux(read.texts, input);
  },
};

type Options = Pick<CollectorInput, 'service' | 'digest'>;

export function collectFlux(files: readonly NamedText[], options: Options): Collected {
  const facts: Fact[] = [];
  const notSeen: string[] = [];
  for (const { name, text } of files) {
    const read = readKubectl(text);
    if (read.outcome === 'unreadable') return failed(sentence(name, read));
    notSeen.push(...read.notSeen);
    for (const item of read.items) facts.push(...objectFacts(item, options));
  }
  return seen(oneEach(facts), notSeen, files);
}

function objectFacts(item: JsonObject, options: Options): readonly Fact[] {
  const name = textAt(item, 'metadata', 'name');
  if (name === null) return [];
  const service = options.service ?? textAt(item, 'metadata', 'labels', 'app.kubernetes.io/name') ?? name;
  switch (textAt(item, 'kind')) {
    case 'Kustomization':
      return [
        ...factOf(service, 'version', 'kustomization:revision', textAt(item, 'status', 'lastAppliedRevision')),
        ...factOf(service, 'config', 'kustomization:path', textAt(item, 'spec', 'path')),
        ...state(item, service, 'kustomization'),
      ];
    case 'HelmRelease': {
      const [newest] = listAt(item, 'status', 'history');
      const chart = textAt(newest, 'chartVersion') ?? textAt(item, 'status', 'lastAppliedRevision');
      const values = configFacts('helmrelease/values', at(item, 'spec', 'values'), { ...options, service });
      return [
        ...factOf(service, 'version', 'helmrelease:chart', chart),
        ...factOf(service, 'version', 'helmrelease:app', textAt(newest, 'appVersion')),
        ...factOf(service, 'config', 'helmrelease:asked', textAt(item, 'spec', 'chart', 'spec', 'version')),
        ...(values ?? []),
        ...state(item, service, 'helmrelease'),
      ];
    }
    case null:
    default:
      return [];
  }
}

function state(item: JsonObject, service: string, kind: string): readonly Fact[] {
  const ready = listAt(item, 'status', 'conditions').find((each) => textAt(each, 'type') === 'Ready');
  return [
    ...factOf(service, 'config', `${kind}:suspended`, textAt(item, 'spec', 'suspend') === 'true'),
    ...factOf(service, 'health', `${kind}:ready`, textAt(ready, 'status')),
  ];
}

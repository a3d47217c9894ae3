import type { Fact } from '../domain/facts/fact.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { type JsonObject, textAt } from './json-shape.ts';
import { nodeFacts, serviceObjectFacts, storageFacts } from './kubernetes/cluster.ts';
import { readKubectl } from './kubernetes/kubectl-output.ts';
import { configMapFacts, secretFacts } from './kubernetes/settings.ts';
import { podFacts, workloadFacts } from './kubernetes/workloads.ts';
import { oneEach } from './one-each.ts';
import { type NamedText, failed, readTexts, seen, sentence } from './read-texts.ts';

const usage =
  'kubectl get deploy,sts,ds,cj,cm,secret,svc,pvc,pv,nodes -n checkout -o json 2>&1 | ' +
  'sincewhen snapshot production --collector kubernetes -';

/** `--set namespace=<name>`: of this namespace (and the cluster) only. */
export const kubernetes: Collector = {
  name: 'kubernetes',
  version: '1',
  summary: 'what `kubectl get … -o json` tells: images, variables, configuration, resources, nodes',
  usage,
  async collect(input) {
    const read = await readTexts(input, { usage });
    return read.outcome === 'failed' ? read : collectKubernetes(read.texts, input);
  },
};

/** All files are one cluster: what is in one explains what is in another. */
export function collectKubernetes(
  files: readonly NamedText[],
  { service, digest, options }: Pick<CollectorInput, 'service' | 'digest' | 'options'>,
): Collected {
  const items: JsonObject[] = [];
  const notSeen: string[] = [];
  for (const { name, text } of files) {
    const read = readKubectl(text);
    if (read.outcome === 'unreadable') return failed(sentence(name, read));
    for (const item of read.items) items.push(item);
    notSeen.push(...read.notSeen);
  }
  const only = options.get('namespace');
  const looked = items.filter((item) => only === undefined || [null, only].includes(namespaceOf(item)));
  const namespaces = new Set(looked.map((item) => namespaceOf(item)).filter((name) => name !== null));
  const scope = { service, digest, manyNamespaces: namespaces.size > 1 };
  const facts: readonly Fact[] = [
    ...workloadFacts(looked, scope),
    ...podFacts(looked, scope),
    ...configMapFacts(looked, scope),
    ...secretFacts(looked, scope),
    ...serviceObjectFacts(looked, scope),
    ...storageFacts(looked, scope),
    ...nodeFacts(looked),
  ];
  return seen(oneEach(facts), notSeen, files);
}

function namespaceOf(item: JsonObject): string | null {
  return textAt(item, 'metadata', 'namespace');
}

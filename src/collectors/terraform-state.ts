import type { Fact } from '../domain/facts/fact.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { factKey } from './fact-key.ts';
import { isObject } from './json-shape.ts';
import { failed, readTexts, shown } from './read-texts.ts';
import { flattened } from './terraform/flattened.ts';
import { type Known, type Resource, type Step, resourcesIn } from './terraform/resources.ts';

/** Ids, addresses and times that differ by nature are told as they are: normalisers know them. */
export const terraformState: Collector = {
  name: 'terraform-state',
  version: '1',
  summary: 'resources and attributes in a Terraform or OpenTofu state',
  usage: 'terraform show -json | sincewhen snapshot production --collector terraform-state -',
  collect,
};

async function collect(input: CollectorInput): Promise<Collected> {
  const read = await readTexts(input, terraformState);
  if (read.outcome === 'failed') return read;
  const facts = new Map<string, Fact>();
  const notSeen: string[] = [];
  for (const { name, text } of read.texts) {
    const known = knownIn(text);
    if (typeof known === 'string') return failed(`${shown(name)} ${known}`);
    if (known.resources.length === 0 && (known.outputs ?? []).length === 0) {
      return failed(`there are no resources in ${shown(name)}`);
    }
    if (known.outputs === null) notSeen.push(`outputs: ${shown(name)} is a plan, which has them as they will be`);
    for (const fact of factsOf(known, input)) {
      if (facts.has(fact.key) && fact.key !== versionKey) {
        return failed(`${shown(name)}: ${fact.key} is in it twice, or in two of the files`);
      }
      facts.set(fact.key, fact);
    }
  }
  return { outcome: 'seen', facts: [...facts.values()], complete: notSeen.length === 0, notSeen };
}

const versionKey = 'terraform:version';

/** A text says what is wrong with it. */
function knownIn(text: string): Known | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'is no JSON. A plan file is made readable by terraform show -json';
  }
  const known = isObject(json) ? resourcesIn(json) : undefined;
  return known ?? 'is no state of version 4, plan or output of terraform show -json';
}

function factsOf({ version, resources, outputs }: Known, { service, digest }: CollectorInput): Fact[] {
  const fact = (key: string, value: Fact['value']): Fact => ({
    service,
    facet: 'infrastructure',
    key: factKey(key),
    value,
  });
  const secrets = sensitiveTexts({ version, resources, outputs });
  const isSecret = (value: unknown) => typeof value === 'string' && secrets.has(value);
  return [
    ...(version === null ? [] : [fact(versionKey, version)]),
    ...resources.flatMap(({ address, type, values, isSensitive }) => [
      fact(address, type),
      ...flattened(values, (path, held) => isSensitive(path) || isSecret(held), digest).map(([path, value]) =>
        fact(`${address}:${path}`, value),
      ),
    ]),
    ...(outputs ?? []).flatMap(({ name, value, isSensitive }) =>
      flattened({ [name]: value }, (_, held) => isSensitive || isSecret(held), digest).map(([path, held]) =>
        fact(`output:${path}`, held),
      ),
    ),
  ];
}

/** Shorter ones are words such as `on`, which stand for themselves elsewhere. */
const shortestSecret = 6;

/** Terraform marks a secret where it is put in, not everywhere it comes out: it is one wherever the same text stands. */
function sensitiveTexts({ resources, outputs }: Known): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { values, isSensitive } of resources) addTexts(values, [], isSensitive, found);
  for (const { value, isSensitive } of outputs ?? []) addTexts(value, [], () => isSensitive, found);
  return found;
}

function addTexts(
  value: unknown,
  path: readonly Step[],
  isSensitive: Resource['isSensitive'],
  found: Set<string>,
): void {
  if (typeof value === 'string') {
    if (value.length >= shortestSecret && isSensitive(path)) found.add(value);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) addTexts(item, [...path, index], isSensitive, found);
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) addTexts(item, [...path, name], isSensitive, found);
  }
}

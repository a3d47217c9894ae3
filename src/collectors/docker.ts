import type { Fact } from '../domain/facts/fact.ts';
import type { Collector, CollectorInput } from './collector.ts';
import { imageFacts, imageName } from './image-name.ts';
import { type JsonObject, fieldsAt, isObject, listAt, textAt } from './json-shape.ts';
import { oneEach } from './one-each.ts';
import { parseJson } from './parse-structured.ts';
import { type Parsed, collectEach, parsed, unreadable } from './read-texts.ts';
import { factValue } from './secret-facts.ts';

const usage = 'docker inspect $(docker ps -q) | sincewhen snapshot production --collector docker -';

export const docker: Collector = {
  name: 'docker',
  version: '1',
  summary: 'images, variables and limits of containers, from `docker inspect`',
  usage,
  async collect(input) {
    const collected = await collectEach(input, { usage }, ({ text }) => parseDocker(text, input));
    return collected.outcome === 'failed' ? collected : { ...collected, facts: oneEach(collected.facts) };
  },
};

type Options = Pick<CollectorInput, 'service' | 'digest'>;

export function parseDocker(text: string, options: Options): Parsed {
  const read = parseJson(text);
  if (read.outcome === 'unreadable') return read;
  const found: readonly unknown[] = Array.isArray(read.value) ? read.value : [read.value];
  const things = found.filter((each) => isObject(each));
  if (things.length < found.length || things.some((each) => textAt(each, 'Id') === null)) {
    return unreadable(null, 'this is not what `docker inspect` writes');
  }
  return parsed(
    things.flatMap((each) => (isObject(each['State']) ? containerFacts(each, options) : builtFacts(each, options))),
  );
}

function containerFacts(container: JsonObject, { service: asked, digest }: Options): readonly Fact[] {
  const name = textAt(container, 'Name')?.replace(/^\//, '') ?? '';
  // Of Compose the name of what it calls a service, whichever of its containers this is.
  const service = asked ?? textAt(container, 'Config', 'Labels', 'com.docker.compose.service') ?? name;
  const image = textAt(container, 'Config', 'Image');
  const env = listAt(container, 'Config', 'Env').filter((each) => typeof each === 'string');
  return [
    ...(image === null ? [] : imageFacts(service, 'container', image)),
    ...texts(container, service, 'version', { 'container:id': ['Image'] }),
    ...env.map((line): Fact => {
      const [key, value] = pairIn(line);
      return { service, facet: 'env', key, value: factValue(key, value, digest) };
    }),
    ...texts(container, service, 'infrastructure', {
      'container:memory': ['HostConfig', 'Memory'],
      'container:cpu': ['HostConfig', 'NanoCpus'],
      'container:restart': ['HostConfig', 'RestartPolicy', 'Name'],
      'container:user': ['Config', 'User'],
    }),
    ...ports(container, service),
    ...texts(container, service, 'health', {
      'container:state': ['State', 'Status'],
      'container:health': ['State', 'Health', 'Status'],
    }),
  ];
}

/** Of `docker image inspect`. */
function builtFacts(image: JsonObject, { service: asked }: Options): readonly Fact[] {
  const named = [...listAt(image, 'RepoTags'), ...listAt(image, 'RepoDigests')].filter(
    (each) => typeof each === 'string',
  );
  const repository = imageName(named[0] ?? '').repository;
  const service = asked ?? (repository === '' ? null : repository.slice(repository.lastIndexOf('/') + 1));
  return [
    ...named.flatMap((each) => imageFacts(service, 'image', each)),
    ...texts(image, service, 'infrastructure', { 'image:architecture': ['Architecture'], 'image:os': ['Os'] }),
  ];
}

function ports(container: JsonObject, service: string): readonly Fact[] {
  return fieldsAt(container, 'HostConfig', 'PortBindings').map(([port, bound]) => ({
    service,
    facet: 'network',
    key: `container:ports.${port}`,
    value: (Array.isArray(bound) ? bound : []).map((each) => textAt(each, 'HostPort') ?? 'any'),
  }));
}

function texts(
  from: JsonObject,
  service: string | null,
  facet: Fact['facet'],
  paths: Readonly<Record<string, readonly string[]>>,
): readonly Fact[] {
  return Object.entries(paths).flatMap(([key, path]) => {
    const value = textAt(from, ...path);
    return value === null ? [] : [{ service, facet, key, value }];
  });
}

/** `NAME=value`; a value may have more of them. */
function pairIn(line: string): readonly [string, string] {
  const end = line.indexOf('=');
  return end < 0 ? [line, ''] : [line.slice(0, end), line.slice(end + 1)];
}

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { openSource } from '../src/sources/reading/open.ts';
import { sourceDefinitions } from '../src/sources/registry.ts';
import { emptyCatalog } from './read-source.ts';
import { readSamples } from './samples/read.ts';
import { senderHeaders } from './samples/sender-headers.ts';
import { samplesPage } from './samples/table.ts';

const folder = fileURLToPath(new URL('../../shared/samples', import.meta.url));

describe.runIf(existsSync(folder))('samples of others', () => {
  const samples = existsSync(folder) ? readSamples(folder) : [];

  it('are read, each by its source', () => {
    const malformed = samples.filter(({ parsed }) => parsed.outcome === 'malformed');

    expect(samples.length).toBeGreaterThan(100);
    // Schemas of providers, which another command of Terraform's prints: whoever sends them should be told.
    expect(malformed.map(({ file }) => file)).toEqual(['hashicorp-terraform-json__nested_attributes_schemas.json']);
  });

  it('become what docs/samples.md says', () => {
    const page = readFileSync(new URL('../docs/samples.md', import.meta.url), 'utf8');

    expect(samplesPage(samples)).toBe(page);
  });
});

interface Vector {
  readonly source: string;
  readonly secret: string;
  readonly body: string;
  readonly header: string;
  readonly value: string;
  readonly expect: 'valid' | 'invalid';
  readonly origin: string;
}

const vectors = `${folder}/signature-vectors.json`;

describe.runIf(existsSync(vectors))('signatures that others publish', () => {
  const all = existsSync(vectors) ? (JSON.parse(readFileSync(vectors, 'utf8')) as readonly Vector[]) : [];
  const known = all.flatMap((vector) => {
    const definition = sourceDefinitions.find(({ name }) => name === vector.source);
    return definition === undefined ? [] : [{ vector, definition }];
  });

  it('are of sources that we read', () => {
    expect(known.length).toBe(all.length);
  });

  it.each(known)('$vector.source: $vector.expect', ({ vector, definition }) => {
    const source = openSource(definition, {
      secrets: [vector.secret],
      catalog: emptyCatalog,
      conceal: concealWith(null),
    });
    const proves = (value: string, body: string) =>
      source.verify({
        headers: { [vector.header.toLowerCase()]: value },
        body: Buffer.from(body),
        receivedAt: new Date('2026-11-20T15:00:00.000Z'),
      });

    expect(proves(vector.value, vector.body)).toBe(vector.expect === 'valid');
    expect(proves(vector.value, `${vector.body} `)).toBe(false);
  });
});

describe('what a sender sets beside its body', () => {
  it.each<[source: string, body: unknown, headers: Record<string, string>]>([
    ['gitlab', { object_kind: 'merge_request' }, { 'x-gitlab-event': 'Merge Request Hook' }],
    ['gitlab', { event_name: 'project_create' }, { 'x-gitlab-event': 'System Hook' }],
    ['sentry', { action: 'created', data: { issue: {} } }, { 'sentry-hook-resource': 'issue' }],
    ['pulumi', { updateUrl: 'https://example.com' }, { 'pulumi-webhook-kind': 'stack_update' }],
    ['buildkite', { event: 'build.finished' }, { 'x-buildkite-event': 'build.finished' }],
    [
      'cloudevents',
      { context: { id: '1', source: '/ci', type: 'dev.cdevents.x' }, subject: { id: 'checkout' } },
      {
        'ce-specversion': '1.0',
        'ce-id': '1',
        'ce-source': '/ci',
        'ce-type': 'dev.cdevents.x',
        'ce-subject': 'checkout',
      },
    ],
    ['cloudevents', { specversion: '1.0' }, { 'content-type': 'application/cloudevents+json' }],
    ['argocd', ['no object'], {}],
  ])('follows from the body: %s', (source, body, headers) => {
    expect(senderHeaders(source, body)).toEqual({ 'content-type': 'application/json', ...headers });
  });
});

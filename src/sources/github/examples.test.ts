import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../domain/catalog.ts';
import { readSource } from '../../../test/read-source.ts';
import { github } from '../github.ts';

interface Definition {
  readonly name: string;
  readonly examples: readonly unknown[];
}

const definitions = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Definition[];
const catalog: Catalog = { environments: new Map([['production', 'production']]), services: [], configPaths: ['**/*'] };

function outcomesOf(definition: Definition) {
  return definition.examples.map((example) => {
    const headers = { 'x-github-event': definition.name, 'content-type': 'application/json' };
    const parsed = readSource(github, example, { headers, catalog });
    return parsed.outcome === 'malformed' ? `malformed ${parsed.error}` : parsed.outcome;
  });
}

const eventful = [
  'push',
  'deployment',
  'deployment_status',
  'pull_request_review',
  'release',
  'create',
  'delete',
  'repository',
];

describe('every example body of GitHub', () => {
  it('is there to be read', () => {
    expect(definitions.flatMap((definition) => definition.examples).length).toBeGreaterThan(300);
  });

  it.each(definitions.map((definition) => [definition.name, definition] as const))(
    'can be read: %s',
    (name, definition) => {
      const outcomes = outcomesOf(definition);

      expect(outcomes.filter((outcome) => outcome.startsWith('malformed'))).toEqual([]);
      expect(outcomes.includes('ping')).toBe(name === 'ping');
      expect(outcomes.includes('events')).toBe(eventful.includes(name));
    },
  );
});

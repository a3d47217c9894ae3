import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Authentication } from '../src/sources/reading/authentication.ts';
import { sourceDefinitions } from '../src/sources/registry.ts';

const folder = new URL('../docs/sources/', import.meta.url);
const page = readFileSync(new URL('README.md', folder), 'utf8');
const rows = [...page.matchAll(/^\| \[(.+?)\]\((.+?)\.md\) *\| .+? \| (.+?) *\|$/gm)].map(([, title, name, proof]) => ({
  title,
  name,
  proof,
}));

it('the table of all sources links every page once', () => {
  const pages = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md');

  expect(rows.map(({ name }) => `${name}.md`).toSorted()).toEqual(pages.toSorted());
});

it.each(sourceDefinitions)(
  'the table of all sources says how $name proves itself',
  ({ name, title, authentication }) => {
    expect(rows.find((row) => row.name === name)).toEqual({ name, title, proof: proofs(authentication) });
  },
);

/** `signature, or secret in a header, or in the address` */
function proofs(schemes: readonly Authentication[]): string {
  const ways = schemes.map((scheme) => {
    switch (scheme.by) {
      case 'hmac':
        return 'signature';
      case 'timed-hmac':
      case 'standard-webhooks':
        return 'signature with time';
      case 'token':
        return 'secret in a header';
      case 'secret':
        return scheme.inPath ? 'secret in a header, or in the address' : 'secret in a header';
    }
  });
  return ways.filter((way, index) => ways.findIndex((other) => other.startsWith(way)) === index).join(', or ');
}

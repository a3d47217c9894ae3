import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { commands } from '../src/cli/commands.ts';
import { readSettings } from '../src/config/settings.ts';
import { SettingsFile } from '../src/config/settings-schema.ts';

const root = new URL('..', import.meta.url).pathname;
const pages = new Map(
  globSync(['*.md', 'docs/**/*.md'], { cwd: root }).map((path) => [path, readFileSync(join(root, path), 'utf8')]),
);
const parts = new Set(Object.keys(SettingsFile.shape));

/** Texts in a page that begin with the name of a part of the settings file, and so must be one. */
function settingsIn(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  const spans = [...page.matchAll(/`([a-z_]+: [[{][^`\n]*[\]}])`/g)].map(([, text = '']) => text);
  return [...blocks, ...spans].filter((text) => {
    const value: unknown = parseDocument(text).toJS();
    return typeof value === 'object' && value !== null && Object.keys(value).some((key) => parts.has(key));
  });
}

/** As GitHub makes them of headings. */
function anchorsIn(page: string): ReadonlySet<string> {
  const headings = page.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, words = '']) =>
      words
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links to files, from the root: `docs/rules.md#freeze`. */
function linksIn(path: string): readonly string[] {
  const links = (pages.get(path) ?? '').replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g);
  return [...links].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    return [target.startsWith('#') ? `${path}${target}` : normalize(join(dirname(path), target))];
  });
}

describe('what the pages say of the settings', () => {
  // The changelog shortens what it names.
  const said = [...pages]
    .filter(([path]) => path !== 'CHANGELOG.md')
    .flatMap(([path, page]) => settingsIn(page).map((text) => [path, text] as const));

  it('is found', () => {
    expect(said.length).toBeGreaterThan(15);
  });

  it.each(said)('%s: %s', (_path, text) => {
    expect(readSettings(text)).toMatchObject({ outcome: 'ok' });
  });
});

it('every link leads to a file, and to a heading where it names one', () => {
  const dead = [...pages.keys()].flatMap((path) =>
    linksIn(path)
      .filter((target) => {
        const [file = '', anchor] = target.split('#');
        const page = pages.get(file);
        return (
          !existsSync(join(root, file)) || (anchor !== undefined && page !== undefined && !anchorsIn(page).has(anchor))
        );
      })
      .map((target) => `${path} → ${target}`),
  );

  expect(dead).toEqual([]);
});

it('every page but the decisions is reached by links from the README', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    for (const target of linksIn(path)) {
      const [file = ''] = target.split('#');
      if (pages.has(file)) reached.add(file);
    }
  }

  expect([...pages.keys()].filter((path) => !reached.has(path) && !path.startsWith('docs/decisions/'))).toEqual([]);
});

it('every command of the CLI that a page types is one', () => {
  const known = commands;
  const unknown = [...pages].flatMap(([path, page]) =>
    [...page.matchAll(/(?:npm run -s sincewhen --|`sincewhen) ([a-z-]+)/g)].flatMap(([, name = '']) =>
      known.has(name) ? [] : [`${path}: ${name}`],
    ),
  );

  expect(unknown).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changeRules } from '../src/domain/change-rules/registry.ts';

const page = readFileSync(new URL('../docs/rules.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text] as const),
);

it('every rule has its section, in the order of the registry or not, and no other has one', () => {
  expect([...sections.keys()].toSorted()).toEqual(changeRules.map(({ name }) => name).toSorted());
});

describe.each(changeRules.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
  const text = sections.get(name) ?? '';

  it('says what it is, why with a source, what it looks at, and how to switch it off', () => {
    expect(text).toContain(`\n\n${rule.title}`);
    expect(text).toMatch(/\*\*Why it matters\.\*\*[\s\S]*https:\/\//);
    expect(text).toContain('**Looks at**');
    expect(text).toContain('**Tune**');
    expect(text).toContain(`rules: { ${name}: off }`);
  });

  it('says every setting of its own', () => {
    for (const setting of Object.keys(rule.tuning)) expect(text).toContain(`\`${setting}`);
  });

  it('names every risk that it finds by another name', () => {
    for (const risk of rule.finds.filter((each) => each !== name)) expect(text).toContain(`\`${risk}\``);
  });
});

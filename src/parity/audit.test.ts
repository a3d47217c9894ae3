import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { text } from '../../test/hostile.ts';
import { aDifference, aReport, aSide, busyReport, comparedAt } from '../../test/parity-reports.ts';
import { auditCsv, auditMarkdown } from './audit.ts';
import { csvLine } from '../domain/csv.ts';

/** Reads one line as RFC 4180 says. */
function cellsOf(line: string): string[] {
  const cells = [''];
  let quoted = false;
  for (const letter of line.replace(/\r\n$/, '')) {
    if (letter === '"') quoted = !quoted;
    if (letter === ',' && !quoted) cells.push('');
    else cells.push(`${cells.pop() ?? ''}${letter}`);
  }
  return cells.map((cell) => cell.replace(/^"([^]*)"$/, '$1').replaceAll('""', '"'));
}

describe('a line of a table', () => {
  it.each<[string[], string]>([
    [['a', 'b'], 'a,b\r\n'],
    [['a,b', 'say "no"', 'two\nlines'], '"a,b","say ""no""","two\nlines"\r\n'],
    [['=HYPERLINK("x")'], `"'=HYPERLINK(""x"")"\r\n`],
    [['+1', '-1', '@sum', '|cmd', '%x'], "'+1,'-1,'@sum,'|cmd,'%x\r\n"],
    [[' =1+1'], `' =1+1\r\n`],
    [['\t=1'], "'\t=1\r\n"],
    [['a=b', '5-1'], 'a=b,5-1\r\n'],
  ])('%j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });

  it('reads back as what it was, and never as a formula', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (cells) => {
        const read = cellsOf(csvLine(cells));

        expect(read).toHaveLength(cells.length);
        expect(read.map((cell) => cell.replace(/^'/, ''))).toEqual(
          cells.map((cell) => cell.toWellFormed().replaceAll('\u0000', '').replace(/^'/, '')),
        );
        expect(read.filter((cell) => /^\s*[=+\-@|%]/u.test(cell))).toEqual([]);
      }),
    );
  });
});

describe('the audit', () => {
  const reports = [busyReport(), aReport([], { pair: { reference: 'production', mirror: 'demo' } })];
  const markdown = auditMarkdown(reports, comparedAt);

  it('has every pair with its score and its counts', () => {
    expect(markdown).toContain('# Parity audit of 2026-11-20 14:00 UTC');
    expect(markdown).toMatch(
      /\| staging \| production \| 94 % \| 87 % \| 1,204 \| 1,180 \| 1 \| 3 \| 1 \| 1 \| 40 \| 1 \| 1 \|/,
    );
    expect(markdown).toContain('## demo against production\n\nNothing differs.');
  });

  it('has every difference with what justifies it', () => {
    const [busy] = reports;
    const keys = busy?.differences.map(({ key }) => key.replaceAll(/[[\]_]/g, '')) ?? [];
    const plain = markdown.replaceAll(/[\\_[\]]/g, '');

    expect(keys.filter((key) => !plain.includes(key))).toEqual([]);
    expect(markdown).toContain('[aws provider 5.1 → 5.2](https://example.com/runs/7) (certain, 2026-11-18)');
    expect(markdown).toContain('rule settings:1: separate databases, owner `@ada`, until 2027-06-01');
  });

  it.each([
    ['Rules that matched nothing', 'settings:2'],
    ['Rules that expire within 90 days', 'accepted:3'],
    ['Rules that have expired', 'accepted:1'],
    ['Rules without an end', 'settings:2'],
  ])('lists %s', (title, id) => {
    const part = markdown.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

    expect(part.split('\n').filter((line) => line.startsWith('| ')).length).toBe(3);
    expect(part).toContain(`| ${id} |`);
  });

  it('counts a rule over all pairs: what matches in one does something', () => {
    const rule = busyReport().rules[0];
    if (rule === undefined) throw new Error('the busy report has no rules');
    const twice = auditMarkdown(
      [aReport([], { rules: [{ ...rule, matched: 0 }] }), aReport([], { rules: [{ ...rule, matched: 2 }] })],
      comparedAt,
    );

    expect(twice).toContain('## Rules that matched nothing\n\nEvery rule matches something.');
  });

  it('says what was not seen', () => {
    expect(markdown).toContain('stale, partial, secrets of namespace payments: forbidden');
  });

  it('has one line for each difference in the table, secrets as words', () => {
    const lines = auditCsv(reports)
      .split('\r\n')
      .filter((line) => line !== '');

    expect(lines).toHaveLength(1 + 48);
    expect(lines[0]).toContain('reference,mirror,service,facet,key,verdict');
    expect(lines[1]).toContain('production,staging,checkout,env,DATABASE_URL,forbidden-equality,a secret,a secret');
  });

  it('lets nothing from outside be more than text', () => {
    fc.assert(
      fc.property(text, (words) => {
        const report = aReport([
          aDifference({ key: words === '' ? 'x' : words, why: words, service: words, reference: aSide(words) }),
        ]);
        const lines = auditMarkdown([report], comparedAt).split('\n');
        const rows = lines.filter((line) => line.startsWith('|'));

        expect(rows.every((line) => line.endsWith('|'))).toBe(true);
        expect(lines.join('\n')).not.toContain('<!channel>');
      }),
    );
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { insertIncident } from './incidents.ts';
import { generatedIncident } from './replays/incident.ts';

const cli = join(import.meta.dirname, '../src/cli/main.ts');
let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-evaluate-'));
  const lines = Array.from({ length: 12 }, (_, index) => JSON.stringify(generatedIncident(1, index + 1).line));
  writeFileSync(join(folder, 'incidents.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'broken.jsonl'), `${lines[0]}\n{"incident": {}}\n`);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

function evaluate(...args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', DATA_DIR: join(folder, 'data'), DATABASE_URL: database.url };
    const options = { cwd: folder, env };
    const child = execFile(process.execPath, [cli, 'evaluate', ...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

describe('evaluate suspects', () => {
  it('shows suspects beside recency alone', async () => {
    const { code, stdout, stderr } = await evaluate('suspects', '--file', 'incidents.jsonl');

    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^12 incidents; \d+ caused by a change/);
    for (const words of ['cause first', 'cause in the first 5', 'mean reciprocal rank', 'no suspect named'])
      expect(stdout).toContain(words);
    expect(stdout).toContain('recency alone');
  });

  it('lists what came of each incident', async () => {
    const { stdout } = await evaluate('suspects', '--file', 'incidents.jsonl', '--list');

    expect(stdout.match(/^1-\d+ {2}/gm)).toHaveLength(12);
    expect(stdout).toContain('by recency');
  });

  it('tells programs the same', async () => {
    const plain = await evaluate('suspects', '--file', 'incidents.jsonl', '--json');
    const listed = await evaluate('suspects', '--file', 'incidents.jsonl', '--json', '--list');

    const figures = JSON.parse(plain.stdout) as { incidents: number; without_cause: { incidents: number } };
    expect(figures.incidents + figures.without_cause.incidents).toBe(12);
    expect(figures).not.toHaveProperty('outcomes');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      ...figures,
      outcomes: Array.from({ length: 12 }, (_, index) => ({ id: `1-${index + 1}` })),
    });
  });

  it('says that there are none to replay yet', async () => {
    const { code, stderr } = await evaluate('suspects');

    expect(code).toBe(1);
    expect(stderr).toContain('the database holds no incident of which it is known what caused it');
  });

  it('replays those of the database of which somebody said what caused them', async () => {
    await insertIncident(database.db, {
      cause_note: 'the bank was down',
      resolved_at: new Date('2026-11-20T17:00:00Z'),
    });
    await insertIncident(database.db);
    const { code, stdout, stderr } = await evaluate('suspects', '--list');

    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^INC-1 {2}/);
    expect(stdout).toContain('1 incident');
  });

  it('says which line of a file is wrong', async () => {
    const { code, stdout, stderr } = await evaluate('suspects', '--file', 'broken.jsonl');

    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^sincewhen: .*broken\.jsonl, line 2: incident\.id: .*\n$/);
  });

  it('does not know what else could be evaluated', async () => {
    const { code, stderr } = await evaluate('risks', '--file', 'incidents.jsonl');

    expect(code).toBe(2);
    expect(stderr).toContain('suspects');
  });
});
